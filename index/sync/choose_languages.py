"""Detects the languages of new folders, and chooses an embedding model that reads them.

It reads a sample of the files, spread evenly over all of them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from citeback.index.embedding.models.nano_e5 import INSTALL, installed_file
from citeback.index.errors import ReadError
from citeback.index.files.scan import File
from citeback.index.languages import ENGLISH, UNKNOWN, UNREAD, detect, names_of
from citeback.index.records import Source
from citeback.index.sandbox.read_file import ReadFile
from citeback.index.settings import DEFAULT_MODEL, MULTILINGUAL, MULTILINGUAL_MODEL

SAMPLED_FILES = 24
MAX_SAMPLED_BYTES = 4 << 20
"""A larger file is not sampled: reading it twice would take too long."""
FOREIGN_SHARE = 0.05
"""Share of sampled documents in other languages from which a folder is not English."""
AUTO = "citeback index --language auto"


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language and an embedding model for a store, with the reason to show to users, if there is one."""

    language: str = ENGLISH
    model: str = DEFAULT_MODEL
    notices: tuple[str, ...] = ()


ChooseLanguages: TypeAlias = Callable[[Sequence[File], ReadFile], LanguageChoice]


def choose_languages(files: Sequence[File], read: ReadFile) -> LanguageChoice:
    """Sample the files, and choose by the languages that they are in."""
    return choice_for(sampled_languages(files, read), installed=installed_file() is not None)


def sampled_languages(files: Sequence[File], read: ReadFile) -> Counter[str]:
    """Count the languages of the documents in a sample of the files; what cannot be read is left out."""
    small = [file for file in files if file.size <= MAX_SAMPLED_BYTES]
    step = max(1, len(small) // SAMPLED_FILES)
    return Counter(detect(text) for file in small[::step][:SAMPLED_FILES] for text in _texts(file, read))


def choice_for(found: Mapping[str, int], *, installed: bool) -> LanguageChoice:
    """Return the choice for detected languages; `installed` refers to the extra `languages`."""
    known = {language: n for language, n in found.items() if language != UNKNOWN}
    foreign = sum(n for language, n in known.items() if language != ENGLISH)
    if foreign <= FOREIGN_SHARE * sum(known.values()):
        return LanguageChoice()
    lead = f"The documents are in {names_of(sorted(known, key=lambda each: -known[each]))}"
    if installed:
        text = f"{lead}: the embedding model {MULTILINGUAL_MODEL} reads them."
        return LanguageChoice(
            language=MULTILINGUAL, model=MULTILINGUAL_MODEL, notices=(text, *unread_notices(known))
        )
    text = (
        f"{lead}. The embedding model {DEFAULT_MODEL} reads only English, so the others are found by their "
        f"words alone. Next: {INSTALL}, then: {AUTO}"
    )
    return LanguageChoice(language=MULTILINGUAL, model=DEFAULT_MODEL, notices=(text,))


def unread_notices(found: Iterable[str]) -> tuple[str, ...]:
    """Return a notice about the languages that no embedding model reads, if there are any."""
    unread = sorted(UNREAD & set(found))
    if not unread:
        return ()
    return (
        f"No model here was trained on {names_of(unread)}: such documents are found by their words, and "
        "answers about them are seldom sure.",
    )


def foreign_notices(found: Mapping[str, int], language: str) -> tuple[str, ...]:
    """Return a notice if documents were read that are not in the language of the store."""
    if language == MULTILINGUAL:
        return unread_notices(found)
    known = sum(n for each, n in found.items() if each != UNKNOWN)
    others = sorted(set(found) - {language, UNKNOWN})
    count = sum(found[each] for each in others)
    if count <= FOREIGN_SHARE * known:
        return ()
    return (
        f"{count} of the {known} documents that were read are in {names_of(others)}; this index is for "
        f"{names_of([language])}. Next: {AUTO}",
    )


def _texts(file: File, read: ReadFile) -> Iterable[str]:
    try:
        result = read(file)
    except ReadError:
        return ()  # the sync reads it again and reports it
    sources = (result,) if isinstance(result, Source) else [member.source for member in result]
    return [source.text for source in sources if source]
