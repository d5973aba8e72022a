"""Exports a conversation as Markdown for people or as JSON for programs."""

from collections.abc import Iterator

from citeback import wire
from citeback.index.errors import CitebackError
from citeback.page.state.exchange import Conversation, Exchange
from citeback.page.views.escaping import markdown, on_one_line
from citeback.rag.answer import REFUSAL, Citation, Sentence, Verdict

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


FORMATS = {"md": "text/markdown; charset=utf-8", "json": "application/json"}


def export(suffix: str, name: str, conversation: Conversation) -> bytes:
    """Return the conversation in a format of `FORMATS`. Raises CitebackError for any other."""
    if suffix == "md":
        return conversation_markdown(name, conversation).encode("utf-8")
    if suffix == "json":
        return conversation_json(name, conversation)
    raise CitebackError(f"Conversations are not written as {suffix!r}, but as {' and '.join(FORMATS)}.")
