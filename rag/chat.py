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
from langchain_core.messages import BaseMessage
from sentencex import get_sentence_boundaries

from index.errors import ChatError
from rag.answer import NOT_SAID, Turn
from rag.evidence import Evidence
from rag.models import failures
from rag.prompt import Excerpt, excerpts, prompt, rewriting
from rag.write import Draft, Piece

READS = 3000  # tokens of excerpts: with the instructions and an answer they fit a window of 4,096
WAITS = (0.5, 2.0)  # seconds before the second and the third try
SENTENCES = 8  # a model that goes on is stopped here
_MARKERS = re.compile(r"\s*\[(?:excerpts?\s*)?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]", re.IGNORECASE)
_BEGUN = re.compile(r"\s*(?:\[[\w,; ]*\]?\s*)*")  # markers, the last of them perhaps half written
_BULLET = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class ChatWriter:
    """Writes with any LangChain chat model; `model` is the name it goes by. Tries again, then gives up."""

    chat: Callable[[], BaseChatModel]
    model: str
    reads: int = READS
    pause: Callable[[float], None] = sleep

    def write(self, question: str, ranked: Sequence[Evidence]) -> Iterator[Draft | Piece]:
        """Yield what is written of each sentence so far, and each finished sentence as a draft.

        Raises:
            ChatError: the model could not be reached or gave up.
        """
        shown = excerpts(ranked, self.reads)
        written = self._sentences(prompt(question, shown))
        with closing(written):
            left = SENTENCES
            for text, whole in written:
                yield draft(text, shown) if whole else Piece(" ".join(text.split()))
                left -= whole
                if not left:
                    return

    def standalone(self, question: str, history: Sequence[Turn]) -> str:
        """Return the question as it can be understood without the history. Raises ChatError."""
        said = self.reply(rewriting(question, history))
        return said.splitlines()[0].strip(' "“”') if said else question

    def reply(self, messages: list[BaseMessage]) -> str:
        """Return the whole of what the model says. Raises ChatError."""
        return "".join(self._stream(messages)).strip()

    def _sentences(self, messages: list[BaseMessage]) -> Generator[tuple[str, bool]]:
        """Yield (sentence, whether it is finished). A refusal is held back: alone it is no sentence."""
        text, held = "", ""
        with closing(self._stream(messages)) as stream:
            for new in chain(stream, ["\n\n"]):
                *whole, text = cut(text + new)
                for sentence in whole:
                    if not held and refuses(sentence):
                        held = sentence
                        continue
                    if held.strip():
                        yield held, True
                    held = " "  # more has come: from here on it is a sentence like any other
                    yield sentence, True
                if text.strip() and not NOT_SAID.startswith(text.strip()):
                    yield text, False

    def _stream(self, messages: list[BaseMessage]) -> Generator[str]:
        """Yield the text as it comes; tries again only where nothing has come yet."""
        for wait in (*WAITS, None):
            begun = False
            try:
                for chunk in self.chat().stream(messages):
                    begun = begun or bool(chunk.text)
                    yield str(chunk.text)
                return
            except failures() as error:
                if begun or wait is None:
                    failed = "stopped midway" if begun else "does not answer"
                    raise ChatError(f"{self.model} {failed}: {error}", "citeback models") from error
            self.pause(wait)


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
