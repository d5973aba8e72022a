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

from citeback.index.errors import ChatError
from citeback.rag.answer import REFUSAL, Turn
from citeback.rag.evidence.ranking import Evidence
from citeback.rag.writing.chat_models import ANSWER_TIMEOUT, failures, is_transient, redact_key
from citeback.rag.writing.context_window import context_window
from citeback.rag.writing.extractive import Draft, PartialSentence, WriterNotice
from citeback.rag.writing.prompt import Excerpt, answer_prompt, excerpt_budget, excerpts, rewrite_prompt

RETRY_WAITS = (0.5, 2.0)  # seconds before the second and the third attempt
SENTENCES = 6  # maximum number of sentences before the model is stopped
INTERRUPTED_NOTICE = f"The chat model was stopped after {SENTENCES} sentences."
TRUNCATED_NOTICE = "The chat model had no room left; its unfinished sentence was left out."
_MARKERS = re.compile(r"(?:(?<!\s)\s+)?\[(?:excerpts?\s*)?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]", re.IGNORECASE)
_BEGUN = re.compile(r"\s*+(?:\[[\w,; ]*+\]?+\s*+)*+")  # markers, the last of them possibly incomplete
END = AIMessage("\n\n")  # sentinel that completes the last sentence
_BULLET = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class ChatWriter:
    """Writes with any LangChain chat model, with retries; `model` is its display name."""

    chat: Callable[[], BaseChatModel]
    model: str
    sleep: Callable[[float], None] = sleep

    def write(
        self, question: str, ranked: Sequence[Evidence]
    ) -> Iterator[Draft | PartialSentence | WriterNotice]:
        """Yield the text of each sentence as it is written, and each finished sentence as a draft.

        Raises:
            ChatError: the model could not be reached, gave up, or has too small a context window.
        """
        reads = context_window(self._chat_model())
        shown = excerpts(ranked, excerpt_budget(question, reads, ANSWER_TIMEOUT))
        if not shown:  # without excerpts, the model would answer from its own memory
            message = f"{self.model} reads {reads} tokens at once, too few for a sentence from the documents."
            raise ChatError(message, "citeback ask --window TOKENS, if it can read more")
        written = self._sentences(answer_prompt(question, shown))
        with closing(written):
            left = SENTENCES
            for each in written:
                if not left and not isinstance(each, WriterNotice):
                    yield WriterNotice(INTERRUPTED_NOTICE)
                    return
                yield parse_draft(each, shown) if isinstance(each, str) else each
                left -= isinstance(each, str)

    def standalone(self, question: str, history: Sequence[Turn]) -> str:
        """Return the question as it can be understood without the history. Raises ChatError."""
        text = self.reply(rewrite_prompt(question, history))
        return text.splitlines()[0].strip(' "“”') if text else question

    def reply(self, messages: list[BaseMessage]) -> str:
        """Return the whole reply of the model. Raises ChatError."""
        return "".join(str(chunk.text) for chunk in self._stream(messages)).strip()

    def _chat_model(self) -> BaseChatModel:
        """Return the chat model, retrying while its server does not answer."""
        for wait in RETRY_WAITS:
            try:
                return self.chat()
            except ChatError:
                self.sleep(wait)
        return self.chat()

    def _sentences(self, messages: list[BaseMessage]) -> Generator[str | PartialSentence | WriterNotice]:
        """Yield finished sentences with partial text between them; a refusal on its own is not yielded."""
        text, held, short = "", "", False
        with closing(self._stream(messages)) as stream:
            for chunk in chain(stream, [END]):
                short = short or is_truncated(chunk)
                if chunk is END and short:
                    yield WriterNotice(TRUNCATED_NOTICE)
                    return
                *whole, text = split_finished(text + str(chunk.text))
                for sentence in whole:
                    if not held and is_refusal(sentence):
                        held = sentence
                        continue
                    if held.strip():
                        yield held
                    held = " "  # text followed the refusal, so it counts as an ordinary sentence
                    yield sentence
                if text.strip() and not REFUSAL.startswith(text.strip()):
                    yield PartialSentence(" ".join(text.split()))

    def _stream(self, messages: list[BaseMessage]) -> Generator[AIMessage]:
        """Yield chunks as they arrive; retry only if none has arrived yet."""
        for wait in (*RETRY_WAITS, None):
            begun = False
            try:
                for chunk in self.chat().stream(messages):
                    begun = begun or bool(chunk.text)
                    yield chunk
                return
            except failures() as error:
                if begun or wait is None or not is_transient(error):
                    failed = "stopped midway" if begun else "does not answer"
                    raise ChatError(
                        f"{self.model} {failed}: {redact_key(error)}", "citeback models"
                    ) from error
            self.sleep(wait)


def is_truncated(chunk: AIMessage) -> bool:
    """Return whether the model stopped at its token limit, by the providers' metadata."""
    results = (chunk.response_metadata.get(key) for key in ("finish_reason", "stop_reason", "done_reason"))
    return any(reason in {"length", "max_tokens"} for reason in results)


def split_finished(text: str) -> list[str]:
    """Return the finished sentences of a text that is still being written, and the rest.

    >>> split_finished("It rained. [1] Then it")
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


def parse_draft(sentence: str, shown: Sequence[Excerpt]) -> Draft:
    """Return a finished sentence without its markers, with the evidence that they cite.

    >>> parse_draft("- It rained [7].", ())
    Draft(text='It rained.', evidence=(), unknown=(7,))
    """
    named = [int(n) for marker in _MARKERS.findall(sentence) for n in re.findall(r"\d+", marker)]
    numbers, known = list(dict.fromkeys(named)), {excerpt.n: excerpt for excerpt in shown}
    text = _BULLET.sub("", _MARKERS.sub("", sentence).strip())
    evidence = tuple(e for n in numbers if n in known for e in known[n].evidence)
    return Draft(
        text=" ".join(text.split()), evidence=evidence, unknown=tuple(n for n in numbers if n not in known)
    )


def is_refusal(sentence: str) -> bool:
    """Return whether a sentence is nothing but the refusal."""
    return _MARKERS.sub("", sentence).strip(' .*"').casefold() == REFUSAL.rstrip(".").casefold()
