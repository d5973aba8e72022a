"""Renders answers, passages and reports for the terminal.

All text from documents, including their names, passes through `safe_line` or `safe_text` of `screen`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from citeback.index.records import MEMBER_SEPARATOR, NEEDS_OCR_PREFIX, PART_PREFIX
from citeback.terminal.screen import safe_line, safe_text

if TYPE_CHECKING:
    from citeback.rag.answer import Answer, Citation, Passage, Sentence
    from citeback.rag.checking.verify import Verification
    from citeback.rag.rights import Rights
    from citeback.rag.writing.chat_models import AvailableModel
    from citeback.serving.access.password_file import User

MAX_LISTED = 20  # names listed without --all
EXCERPT_CHARS = 300  # characters of a passage in a list
KINDS = ("added", "changed", "renamed", "deleted")
_DOUBTS = {"partial": "partly supported", "unsupported": "not supported", "uncited": "no source"}
_OCR = "pip install rapidocr, then: citeback index --rebuild"


def answer(answer: Answer) -> RenderableType:
    """Return the answer with its markers and sources, or the refusal with the nearest passages."""
    notices = [Text(safe_line(notice)) for notice in answer.notices]
    if answer.abstained:
        near = [Text("The nearest passages:"), passages(answer.passages)] if answer.passages else []
        return _separated([Text(answer.text, style="bold"), *notices, *near])
    if not answer.sentences:  # small talk, and what the folder contains
        return _separated([Text(safe_text(answer.text)), *notices])
    cited = {c.n: c for sentence in answer.sentences for c in sentence.citations}
    result = Text(" ").join(map(_sentence_text, answer.sentences))
    quoted = (numbered(n, cited[n], f"“{safe_line(cited[n].quote)}”") for n in sorted(cited))
    return _separated([result, *notices, *quoted])


def verified(claim: str, verification: Verification, quotes: Sequence[str]) -> RenderableType:
    """Return a claim with its verdict, the supporting text, and the problems found."""
    head = Text(
        f"{verification.verdict.value} ({verification.support:.2f}): {safe_line(claim)}", style="bold"
    )
    missed = [Text(f"    {safe_line(reason)}", style="red") for reason in verification.reasons]
    return Group(head, *missed, *(indented(f"“{safe_line(quote)}”") for quote in quotes))


def models(available_models: Sequence[AvailableModel]) -> RenderableType:
    """Return the available chat models, or how to get one."""
    if not available_models:
        return Text(
            "No chat model can be reached. None is needed: answers quote the documents.\n"
            "Start a server such as Ollama, or set OPENAI_API_KEY or ANTHROPIC_API_KEY."
        )
    width = max(len(model.name) for model in available_models)
    return Group(
        *(
            Text(f"{safe_line(model.name):<{width}}  {safe_line(model.provider)}")
            for model in available_models
        )
    )


def users(listed: Mapping[str, User]) -> RenderableType:
    """Return the users by name, with their roles and visible documents."""
    width = max(map(len, listed))
    return Group(*(Text(f"{name:<{width}}  {_rights(user)}") for name, user in sorted(listed.items())))


def _rights(user: User) -> str:
    role = f"{user.rights.role:<6}" if user.assigned else "reader (the file gives no role)"
    return f"{role}  {', '.join(map(safe_line, user.rights.patterns)) or 'all documents'}"


def may(name: str, rights: Rights) -> str:
    """Return a sentence that says what a user may do."""
    role = f"{'a' if rights.role == 'reader' else 'an'} {rights.role}"
    named = ", ".join(map(safe_line, rights.patterns))
    return f"{name} can log in as {role}" + (f" and see documents named {named}." if named else ".")


def passages(results: Sequence[Passage]) -> RenderableType:
    """Return passages as a numbered list."""
    if not results:
        return Text("Nothing was found.")
    return _separated([numbered(p.n, p, _excerpt(p.text), p.near) for p in results])


def passage_in_context(passage: Mapping[str, Any], *, marks: bool) -> RenderableType:
    """Return a passage in context (see `wire.show`); `marks` highlights it without terminal styles."""
    left, right = (">>>", "<<<") if marks else ("", "")
    text = Text(safe_text(passage["before"]))
    text.append(left + safe_text(passage["quote"]) + right, style="bold reverse")
    text.append(safe_text(passage["after"]))
    place = place_of(passage["document"], passage["place"], passage["start"], passage["end"])
    return Group(Text(place, style="bold"), Text(), text)


def planned(plan: Mapping[str, Any]) -> RenderableType:
    """Return the changes that a sync would make (see `citeback.wire.plan`)."""
    changes = _changes(plan, MAX_LISTED)
    head = "Changes to be made:" if changes else "There is nothing to do."
    return Group(Text(head), *changes, *_failures(plan["failed"]))


def indexed(report: Mapping[str, Any]) -> RenderableType:
    """Return the report of a sync (see `citeback.wire.report`)."""
    unread = sum(failure["unread"] for failure in report["failed"])
    partly = sum(failure["reason"].startswith(PART_PREFIX) for failure in report["failed"])
    counts = [f"{len(report[kind]):,} {kind}" for kind in (*KINDS, "unchanged")]
    counts.append(f"{len(report['failed']) - unread:,} failed")
    counts += [f"{unread - partly:,} of unsupported formats"] if unread > partly else []
    counts += [f"{counted(partly, 'part')} not read"] if partly else []
    documents = sum(len(report[kind]) for kind in ("added", "changed", "renamed", "unchanged"))
    chunks = f"{counted(report['chunks'], 'chunk')}, {report['embedded']:,} of them newly embedded"
    rebuilt = (
        [Text(f"Everything was read or split again: {safe_line(report['rebuilt'])}.")]
        if report["rebuilt"]
        else []
    )
    return Group(
        Text(f"{counted(documents, 'document')}: {', '.join(counts)}."),
        Text(f"{chunks}, in {report['seconds']:.1f} s."),
        *rebuilt,
        *_failures(report["failed"]),
    )


def status(result: Mapping[str, Any], *, everything: bool) -> RenderableType:
    """Return what is indexed and what has changed since (see `citeback.wire.status`)."""
    documents, settings = result["documents"], result["settings"]
    most = len(documents) if everything else MAX_LISTED
    characters = counted(sum(document["chars"] for document in documents), "character")
    changes = _changes(result["since"], most)
    return Group(
        Text(f"Generation {result['generation']} of the index of:"),
        *_names(result["folders"], len(result["folders"])),
        Text(f"{counted(len(documents), 'document')}, {characters} in {counted(result['chunks'], 'chunk')}:"),
        *_names([document["document"] + _alike(document) for document in documents], most),
        *_failures(result["failed"]),
        Text(
            f"Embedding model {safe_line(settings['model'])}, at most {settings['chunk_tokens']} tokens per "
            f"chunk."
        ),
        Text("Changed on disk since then; to update the index: citeback index" if changes else "Up to date."),
        *changes,
    )


def _alike(document: Mapping[str, Any]) -> str:
    """Return a note about an exact or near-duplicate of a document, or ""."""
    if document["copy_of"]:
        return f" (the same as {document['copy_of']})"
    return f" (nearly the same as {document['near_of']})" if document["near_of"] else ""


def counted(number: int, what: str) -> str:
    """Return a number of things: "1 document", "2 documents"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _separated(parts: Sequence[RenderableType]) -> RenderableType:
    """Return the parts separated by blank lines."""
    return Group(*[each for part in parts for each in (Text(), part)][1:])


def _sentence_text(sentence: Sentence) -> Text:
    result = Text(safe_line(sentence.text))
    if doubt := _DOUBTS.get(sentence.verdict):
        result.append(f" ({doubt})", style="bold red")
    if sentence.citations:
        result.append(" " + "".join(f"[{c.n}]" for c in sentence.citations), style="cyan")
    return result


def numbered(n: int, cited: Citation | Passage, text: str, near: Iterable[str] = ()) -> RenderableType:
    """Return a citation or passage with its number and place, and its text below."""
    head = Text(f"[{n}] ", style="cyan")
    place = place_of(cited.document, cited.place, cited.span.start, cited.span.end)
    place += f" (the same: {', '.join(map(safe_line, cited.also))})" if cited.also else ""
    place += f" (nearly the same: {', '.join(map(safe_line, near))})" if near else ""
    return Group(head.append(place, style="bold"), indented(text))


def written_sentences(sentences: Sequence[Sentence]) -> RenderableType:
    """Return sentences that a chat model wrote, with their verdicts, and their citations below."""
    cited = {citation.n: citation for each in sentences for citation in each.citations}
    return Group(
        *map(_sentence_text, sentences),
        *(numbered(n, each, f"“{safe_line(each.quote)}”") for n, each in sorted(cited.items())),
    )


def place_of(document: str, place: str | None, start: int, end: int) -> str:
    """Return where a span of a document is, in words."""
    return f"{safe_line(document)}{f', {safe_line(place)}' if place else ''}, characters {start} to {end}"


def _excerpt(text: str) -> str:
    text = safe_line(text)
    return text if len(text) <= EXCERPT_CHARS else text[: EXCERPT_CHARS - 1].rstrip() + "…"


def _changes(plan: Mapping[str, Any], most: int) -> list[RenderableType]:
    changes: list[RenderableType] = []
    for kind in KINDS:
        if plan[kind]:
            changes += [Text(f"{len(plan[kind]):,} {kind}:"), *_names(map(_name, plan[kind]), most)]
    return changes


def _name(item: str | Mapping[str, str]) -> str:
    return item if isinstance(item, str) else f"{item['from']} -> {item['to']}"


def _names(names: Iterable[str], most: int) -> list[Padding]:
    named = [indented(safe_line(name)) for name in names]
    return named[:most] + ([indented(f"and {len(named) - most:,} more")] if len(named) > most else [])


def _failures(failed: Sequence[Mapping[str, Any]], most: int = MAX_LISTED) -> list[RenderableType]:
    """Return all failures with their reasons, and at most `most` files of unsupported formats.

    Pictures are only counted: most folders hold many, and one remedy applies to all.
    """
    broken = [f"{safe_line(f['document'])}: {safe_line(f['reason'])}" for f in failed if not f["unread"]]
    pictures = sum(f["reason"].startswith(NEEDS_OCR_PREFIX) for f in failed)
    listed = (NEEDS_OCR_PREFIX, PART_PREFIX)
    unread = [f["document"] for f in failed if f["unread"] and not f["reason"].startswith(listed)]
    partly = [f for f in failed if f["reason"].startswith(PART_PREFIX)]
    parts: list[RenderableType] = []
    if broken:
        parts += [Text(f"{len(broken):,} failed:", style="bold red"), *map(indented, broken)]
    if unread:
        parts += [Text(f"{len(unread):,} not read (unsupported formats):"), *_names(unread, most)]
    if partly:
        parts.append(Text(f"{counted(len(partly), 'part')} of documents not read:"))
        parts += _names((_part(f["document"], f["reason"]) for f in partly), most)
    if pictures:
        parts.append(Text(f"{counted(pictures, 'picture')} not read; to read the text in them: {_OCR}"))
    return parts


def _part(document: str, reason: str) -> str:
    """Return the document that a part belongs to, and the reason why the part is not read."""
    return f"{document.rpartition(MEMBER_SEPARATOR)[0]}: {reason.removeprefix(PART_PREFIX).lstrip(': ')}"


def indented(text: str) -> Padding:
    """Return a line four columns in."""
    return Padding(Text(text), (0, 0, 0, 4), expand=False)
