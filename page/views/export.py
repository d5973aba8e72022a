"""Exports a conversation: as Markdown and Word for people, as JSON for programs, and its references."""

from collections.abc import Callable, Iterator
from types import MappingProxyType

from citeback import wire
from citeback.index.errors import CitebackError
from citeback.index.records import Source
from citeback.page.state.exchange import Conversation, Exchange
from citeback.page.views.escaping import markdown, on_one_line
from citeback.rag.answer import REFUSAL, Citation, Sentence, Verdict
from citeback.wire.reference_formats import MEDIA_TYPES, ReferenceFormat, references_to, unknown_source
from citeback.wire.word.answers import AnsweredQuestion, answers_document
from citeback.wire.word.package import MEDIA_TYPE

DOUBTS = {
    Verdict.PARTIAL: "partly supported",
    Verdict.UNSUPPORTED: "not supported",
    Verdict.UNCITED: "cites nothing",
}


def conversation_markdown(name: str, conversation: Conversation) -> str:
    """Return the conversation as Markdown, with its citations as footnotes.

    Text from documents is escaped, so it reads as in the document.
    """
    return "\n".join(
        (f"# {on_one_line(name)}", *(line for one in enumerate(conversation, 1) for line in _lines(*one)), "")
    )


def _lines(number: int, one: Exchange) -> Iterator[str]:
    yield from ("", f"## {on_one_line(one.question)}", "")
    if one.answer is None or one.answer.abstained:
        yield markdown(one.error.message) if one.error else REFUSAL
        return
    yield markdown(one.answer.reply) or " ".join(_sentence(number, each) for each in one.sentences)
    for cited in one.citations:
        yield from ("", f"[^{number}-{cited.n}]: {on_one_line(place(cited))}: “{markdown(cited.quote)}”")


def _sentence(number: int, one: Sentence) -> str:
    doubt = f" ({DOUBTS[one.verdict]})" if one.verdict in DOUBTS else ""
    return markdown(one.text) + doubt + "".join(f"[^{number}-{cited.n}]" for cited in one.citations)


def place(cited: Citation) -> str:
    """Return the location of a citation in words."""
    where = f", {cited.place}" if cited.place else ""
    return f"{cited.document}{where}, characters {cited.span.start} to {cited.span.end}"


def conversation_json(name: str, conversation: Conversation) -> bytes:
    """Return the conversation as JSON, each answer as printed by `citeback ask --json`."""
    answers = [
        wire.ask(wire.QuestionInput(id=None, question=one.question), one.answer)
        for one in conversation
        if one.answer
    ]
    return wire.dumps({"name": name, "answers": answers}) + b"\n"


FORMATS = MappingProxyType(
    {
        "md": "text/markdown; charset=utf-8",
        "json": "application/json",
        "docx": MEDIA_TYPE,
        "ris": MEDIA_TYPES[ReferenceFormat.RIS],
        "csl": MEDIA_TYPES[ReferenceFormat.CSL],
    }
)
"""Media types, by suffix."""


def export(
    suffix: str,
    name: str,
    conversation: Conversation,
    source: Callable[[str], Source] = unknown_source,
    base: str = "",
) -> bytes:
    """Return the conversation in a format of `FORMATS`.

    `source` returns what is known of a cited document, and `base` is what permanent links begin with. Raises
    CitebackError for any other format.
    """
    match suffix:
        case "md":
            return conversation_markdown(name, conversation).encode("utf-8")
        case "json":
            return conversation_json(name, conversation)
        case "docx":
            return answers_document(name, map(_answered, conversation), base)
        case "ris" | "csl":
            cited = (each for one in conversation for each in one.citations)
            return references_to(ReferenceFormat(suffix), cited, source, base).encode("utf-8")
        case _:
            raise CitebackError(f"Conversations are not written as {suffix!r}, but as {', '.join(FORMATS)}.")


def _answered(one: Exchange) -> AnsweredQuestion:
    return AnsweredQuestion(
        question=one.question, answer=one.answer, reason=one.error.message if one.error else ""
    )
