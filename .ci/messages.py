"""Renews the catalogues of messages from the code: `make messages`.

New messages get an empty translation in each .po file of rag/messages, which a person fills in; messages that
are gone from the code are removed. The .mo files beside them, which Python reads, are compiled from them.
"""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from citeback.index.languages import ENGLISH, NAMES
from citeback.rag.messages.catalogue import LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "rag" / "messages"
# The functions that say a message, and which of their arguments are messages.
KEYWORDS = {
    "say": None,
    "say_number": (2, 3),
    "saying": None,
    "message": None,
    "tr": None,
    "tr_number": (2, 3),
}
SCRIPTS = {"said": None}
WRITTEN = datetime(2026, 12, 1, tzinfo=UTC)  # a day of its own would change the files at each run
PLACEHOLDER = re.compile(r"\{\w*\}")


def messages(root: Path = ROOT) -> Catalog:
    """Return the messages that the code says, without translations."""
    found = Catalog(fuzzy=False, creation_date=WRITTEN)
    for folder in ("rag", "page"):
        for _, _, words, _, _ in extract_from_dir(root / folder, [("**.py", "python")], keywords=KEYWORDS):
            found.add(words)
    for script in sorted((root / "page" / "script").glob("*.js")):
        for _, words, _, _ in extract_from_file("javascript", script, keywords=SCRIPTS):
            found.add(words)
    for name in NAMES.values():
        found.add(name)
    return found


def catalogue(language: str) -> Catalog:
    """Return a catalogue as it stands in its .po file; an empty one without a file."""
    path = HERE / f"{language}.po"
    if not path.exists():
        return Catalog(
            locale=language,
            project="Citeback",
            version="1",
            msgid_bugs_address="",
            header_comment="# Citeback's messages.",
            revision_date=WRITTEN,
            last_translator="Citeback",
            language_team=language,
            fuzzy=False,
        )
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(language: str) -> bytes:
    """Return what the .mo file of a language holds."""
    file = BytesIO()
    write_mo(file, catalogue(language))
    return file.getvalue()


def problems(language: str) -> Iterator[str]:
    """Yield what is wrong with a catalogue: a message that is missing, left over, or without a value."""
    known, wanted = catalogue(language), [each.id for each in messages() if each.id]
    for each in known:
        if each.id and each.id not in wanted:
            yield f"{language}: not said anywhere: {each.id}"
    for wording in wanted:
        found = known.get(wording if isinstance(wording, str) else wording[0])
        forms = _forms(found)
        if found is None or found.fuzzy or not all(forms):
            yield f"{language}: not translated: {wording}"
        elif not _same_values(wording, forms):
            yield f"{language}: other values: {wording}"


def _forms(found: Message | None) -> list[str]:
    if found is None:
        return []
    return [found.string] if isinstance(found.string, str) else list(found.string)


def _same_values(message: str | tuple[str, ...] | list[str], forms: list[str]) -> bool:
    """Return whether each form has the values of the message; that of one may leave out its number."""
    one, many = (message, message) if isinstance(message, str) else (message[0], message[-1])
    *first, last = (set(PLACEHOLDER.findall(form)) for form in forms)
    wanted, single = set(PLACEHOLDER.findall(many)), set(PLACEHOLDER.findall(one))
    return last == wanted and all(single <= form | {"{number}"} and form <= wanted for form in first)


def renew(language: str) -> None:
    """Rewrite the .po file of a language and compile it."""
    known = catalogue(language)
    known.update(messages(), no_fuzzy_matching=True)
    known.obsolete.clear()
    with (HERE / f"{language}.po").open("wb") as file:
        write_po(file, known, width=110, no_location=True, omit_header=False, sort_output=True)
    (HERE / f"{language}.mo").write_bytes(compiled(language))


def main() -> int:
    """Renew every catalogue; return 1 if a person has to translate something."""
    others = [language for language in LANGUAGES if language != ENGLISH]
    for language in others:
        renew(language)
    found = [problem for language in others for problem in problems(language)]
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
