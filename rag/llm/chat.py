"""A writer that uses a chat model: its stream becomes sentences with the evidence they cite.

Nothing the model writes is repaired or dropped: unknown and missing citation markers are passed on as they
are.
"""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, pairwise
from time import sleep

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from sentencex import get_sentence_boundaries

from index.errors import ChatError
from rag.answer import NOT_SAID, Turn
from rag.evidence import Evidence
from rag.llm.context import window
from rag.llm.models import LONGEST, failures, passing, unkeyed
from rag.llm.prompt import Excerpt, excerpts, prompt, rewriting, room
from rag.write import Draft, Note, Piece

WAITS = (0.5, 2.0)  # seconds before the second and the third attempt
SENTENCES = 6  # maximum number of sentences before the model is stopped
STOPPED = f"The chat model was stopped after {SENTENCES} sentences."
CUT_OFF = "The chat model had no room left; its unfinished sentence was left out."
_MARKERS = re.compile(r"(?:(?<!\s)\s+)?\[(?:excerpts?\s*)?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]", re.IGNORECASE)
_BEGUN = re.compile(r"\s*+(?:\[[\w,; ]*+\]?+\s*+)*+")  # markers, the last of them possibly incomplete
END = AIMessage("\n\n")  # sentinel that completes the last sentence
_BULLET = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class ChatWriter:
    """Writes with any LangChain chat model, with retries; `model` is its display name."""

    chat: Callable[[], BaseChatModel]
    model: str
    pause: Callable[[float], None] = sleep

    def write(self, question: str, ranked: Sequence[Evidence]) -> Iterator[Draft | Piece | Note]:
        """Yield the text of each sentence as it is written, and each finished sentence as a draft.

        Raises:
            ChatError: the model could not be reached, gave up, or has too small a context window.
        """
        reads = window(self._reached())
        shown = excerpts(ranked, room(question, reads, LONGEST))
        if not shown:  # without excerpts, the model would answer from its own memory
            told = f"{self.model} reads {reads} tokens at once, too few for a sentence from the documents."
            raise ChatError(told, "citeback ask --window TOKENS, if it can read more")
        written = self._sentences(prompt(question, shown))
        with closing(written):
            left = SENTENCES
            for each in written:
                if not left and not isinstance(each, Note):
                    yield Note(STOPPED)
                    return
                yield draft(each, shown) if isinstance(each, str) else each
                left -= isinstance(each, str)

    def standalone(self, question: str, history: Sequence[Turn]) -> str:
        """Return the question as it can be understood without the history. Raises ChatError."""
        said = self.reply(rewriting(question, history))
        return said.splitlines()[0].strip(' "“”') if said else question

    def reply(self, messages: list[BaseMessage]) -> str:
        """Return the whole reply of the model. Raises ChatError."""
        return "".join(str(chunk.text) for chunk in self._stream(messages)).strip()

    def _reached(self) -> BaseChatModel:
        """Return the chat model, retrying while its server does not answer."""
        for wait in WAITS:
            try:
                return self.chat()
            except ChatError:
                self.pause(wait)
        return self.chat()

    def _sentences(self, messages: list[BaseMessage]) -> Generator[str | Piece | Note]:
        """Yield finished sentences with partial text between them; a refusal on its own is not yielded."""
        text, held, short = "", "", False
        with closing(self._stream(messages)) as stream:
            for chunk in chain(stream, [END]):
                short = short or cut_off(chunk)
                if chunk is END and short:
                    yield Note(CUT_OFF)
                    return
                *whole, text = cut(text + str(chunk.text))
                for sentence in whole:
                    if not held and refuses(sentence):
                        held = sentence
                        continue
                    if held.strip():
                        yield held
                    held = " "  # text followed the refusal, so it counts as an ordinary sentence
                    yield sentence
                if text.strip() and not NOT_SAID.startswith(text.strip()):
                    yield Piece(" ".join(text.split()))

    def _stream(self, messages: list[BaseMessage]) -> Generator[AIMessage]:
        """Yield chunks as they arrive; retry only if none has arrived yet."""
        for wait in (*WAITS, None):
            begun = False
            try:
                for chunk in self.chat().stream(messages):
                    begun = begun or bool(chunk.text)
                    yield chunk
                return
            except failures() as error:
                if begun or wait is None or not passing(error):
                    failed = "stopped midway" if begun else "does not answer"
                    raise ChatError(f"{self.model} {failed}: {unkeyed(error)}", "citeback models") from error
            self.pause(wait)


def cut_off(chunk: AIMessage) -> bool:
    """Return whether the model stopped at its token limit, by the providers' metadata."""
    said = (chunk.response_metadata.get(key) for key in ("finish_reason", "stop_reason", "done_reason"))
    return any(reason in {"length", "max_tokens"} for reason in said)


def cut(text: str) -> list[str]:
    """Return the finished sentences of a text that is still being written, and the rest.

    >>> cut("It rained. [1] Then it")
    ['It rained. [1]', ' Then it']
    """
    *lines, last = text.split("\n")
    finished = [sentence for line in lines if line.strip() for sentence in _sentences(line)]
    return [*finished, *_sentences(last)]


def _sentences(line: str) -> list[str]:
    """Return the sentences of a line, each with the markers after its full stop; at least one."""
    starts = [boundary["start_index"] for boundary in get_sentence_boundaries("en", line)]
    parts = [line[a:b] for a, b in pairwise([0, *starts[1:], len(line)])]
    whole: list[str] = []
    for part in parts:
        if whole and _BEGUN.fullmatch(part):
            whole[-1] += part
        else:
            whole.append(part)
    return whole


def draft(sentence: str, shown: Sequence[Excerpt]) -> Draft:
    """Return a finished sentence without its markers, with the evidence that they cite.

    >>> draft("- It rained [7].", ())
    Draft(text='It rained.', evidence=(), unknown=(7,))
    """
    named = [int(n) for marker in _MARKERS.findall(sentence) for n in re.findall(r"\d+", marker)]
    numbers, known = list(dict.fromkeys(named)), {excerpt.n: excerpt for excerpt in shown}
    text = _BULLET.sub("", _MARKERS.sub("", sentence).strip())
    evidence = tuple(e for n in numbers if n in known for e in known[n].evidence)
    return Draft(" ".join(text.split()), evidence, tuple(n for n in numbers if n not in known))


def refuses(sentence: str) -> bool:
    """Return whether a sentence is nothing but the refusal."""
    return _MARKERS.sub("", sentence).strip(' .*"').casefold() == NOT_SAID.rstrip(".").casefold()
