"""Questions to begin with: made from sentences of the documents, and asked beforehand.

Only a question that is answered surely, from the document that it was made from, is suggested.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import Event, Lock, Thread
from time import monotonic

from citeback.index.errors import CitebackError
from citeback.index.records import Document
from citeback.page.state.sentence_questions import sentence_questions
from citeback.rag.protocols import AskableCorpus

MOST = 3  # suggestions, one for each document
SURE = 0.9  # confidence of an answer that is worth suggesting
EACH = 4  # questions of one document that are tried
DOCUMENTS = 60  # documents that are tried
SECONDS = 15.0  # after which no other question is tried
REMEMBERED = 64  # indexes, or parts of one, whose suggestions are kept


@dataclass(frozen=True, slots=True)
class _Pending:
    done: Event = field(default_factory=Event)
    questions: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SuggestedQuestions:
    """Finds suggestions once for each index, in a thread of its own. Safe to share between threads."""

    clock: Callable[[], float] = monotonic
    _found: dict[str, _Pending] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, corpus: AskableCorpus, part: str = "", patience: float = 0.0) -> tuple[str, ...] | None:
        """Return the suggestions for `part` of a corpus, or None if they are not found within `patience`."""
        key = f"{corpus.answering_parts.get('Index', '')}\0{part}"
        with self._lock:
            pending = self._found.get(key)
            if pending is None:
                pending = self._found[key] = _Pending()
                if len(self._found) > REMEMBERED:
                    del self._found[next(iter(self._found))]
                Thread(target=self._find, args=(corpus, pending), name="suggest", daemon=True).start()
        return tuple(pending.questions) if pending.done.wait(patience) else None

    def _find(self, corpus: AskableCorpus, pending: _Pending) -> None:
        try:
            pending.questions.extend(islice(sure_questions(corpus, self.clock), MOST))
        except CitebackError:
            return  # whoever asks gets the error; a page without suggestions is no error
        finally:
            pending.done.set()


def sure_questions(corpus: AskableCorpus, clock: Callable[[], float] = monotonic) -> Iterator[str]:
    """Yield questions that are answered surely, at most one from each of the latest documents."""
    end = clock() + SECONDS
    for document in latest(corpus.documents, DOCUMENTS):
        if clock() > end:
            return
        for question in islice(sentence_questions(corpus.source(document.name)), EACH):
            if clock() > end:
                return
            if _answered_by(corpus, question, document.name):
                yield question
                break


def latest(documents: Sequence[Document], count: int) -> list[Document]:
    """Return the documents whose files changed last, the last first; of copies, one."""
    own = [each for each in documents if not each.copy_of and each.chars]
    return sorted(own, key=lambda each: (-each.mtime_ns, each.name))[:count]


def _answered_by(corpus: AskableCorpus, question: str, document: str) -> bool:
    answer = corpus.ask(question)
    if answer.abstained or answer.confidence < SURE or not answer.sentences:
        return False
    return any(each.document == document for each in answer.sentences[0].citations)
