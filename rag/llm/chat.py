"""A writer with a chat model: what it streams becomes sentences with the evidence they name.

Must never know the store, nor whether a sentence is true. Nothing the model wrote is mended or dropped: a
marker that names nothing, or none at all, is handed on as it is.
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

WAITS = (0.5, 2.0)  # seconds before the second and the third try
SENTENCES = 6  # a model that goes on is stopped here
STOPPED = f"The chat model went on after {SENTENCES} sentences and was stopped there."
CUT_OFF = "The chat model had no room left; the sentence that it had begun is left out."
_MARKERS = re.compile(r"(?:(?<!\s)\s+)?\[(?:excerpts?\s*)?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]", re.IGNORECASE)
_BEGUN = re.compile(r"\s*+(?:\[[\w,; ]*+\]?+\s*+)*+")  # markers, the last of them perhaps half written
END = AIMessage("\n\n")  # after it nothing is left unfinished
_BULLET = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class ChatWriter:
    """Writes with any LangChain chat model; `model` is the name it goes by. Tries again, then gives up."""

    chat: Callable[[], BaseChatModel]
    model: str
    pause: Callable[[float], None] = sleep

    def write(self, question: str, ranked: Sequence[Evidence]) -> Iterator[Draft | Piece | Note]:
        """Yield what is written of each sentence so far, and each finished sentence as a draft.

        Raises:
            ChatError: the model could not be reached, gave up, or cannot read a sentence at once.
        """
        reads = window(self._reached())
        shown = excerpts(ranked, room(question, reads, LONGEST))
        if not shown:  # asked without excerpts it would answer from its own memory
            told = f"{self.model} reads {reads} tokens at once, too few for a sentence of the documents."
            raise ChatError(told, "citeback ask --window TOKENS, if it reads more")
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
        """Return the whole of what the model says. Raises ChatError."""
        return "".join(str(chunk.text) for chunk in self._stream(messages)).strip()

    def _reached(self) -> BaseChatModel:
        """Return the chat model; a server that does not say which it has is asked again."""
        for wait in WAITS:
            try:
                return self.chat()
            except ChatError:
                self.pause(wait)
        return self.chat()

    def _sentences(self, messages: list[BaseMessage]) -> Generator[str | Piece | Note]:
        """Yield finished sentences, between them pieces. A refusal is held back: alone it is no sentence."""
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
                    held = " "  # more has come: from here on it is a sentence like any other
                    yield sentence
                if text.strip() and not NOT_SAID.startswith(text.strip()):
                    yield Piece(" ".join(text.split()))

    def _stream(self, messages: list[BaseMessage]) -> Generator[AIMessage]:
        """Yield what is written as it comes; tries again only where nothing has come yet."""
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
    """Tell whether a model stops here because it may write no more, as the providers' libraries say it."""
    said = (chunk.response_metadata.get(key) for key in ("finish_reason", "stop_reason", "done_reason"))
    return any(reason in {"length", "max_tokens"} for reason in said)


def cut(text: str) -> list[str]:
    """Return the finished sentences of a text that is still being written, and what is left at its end.

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
    """Return a finished sentence without its markers, with the evidence that they name.

    >>> draft("- It rained [7].", ())
    Draft(text='It rained.', evidence=(), unknown=(7,))
    """
    named = [int(n) for marker in _MARKERS.findall(sentence) for n in re.findall(r"\d+", marker)]
    numbers, known = list(dict.fromkeys(named)), {excerpt.n: excerpt for excerpt in shown}
    text = _BULLET.sub("", _MARKERS.sub("", sentence).strip())
    evidence = tuple(e for n in numbers if n in known for e in known[n].evidence)
    return Draft(" ".join(text.split()), evidence, tuple(n for n in numbers if n not in known))


def refuses(sentence: str) -> bool:
    """Tell whether a sentence only says that the documents do not say."""
    return _MARKERS.sub("", sentence).strip(' .*"').casefold() == NOT_SAID.rstrip(".").casefold()
