"""Rounds of a run: each commits the rows that batches have written to the tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from citeback.index.object_store.indexing.batch import BatchResult
from citeback.index.object_store.indexing.workspace import Workspace
from citeback.index.object_store.tables import CHUNKS, DOCUMENTS
from citeback.index.object_store.together import together
from citeback.index.records import STALE_PREFIX, Document, Failure
from citeback.index.sandbox.read_file import PassingFailure
from citeback.index.sync.report import ProgressCallback, Stage


@dataclass(slots=True)
class Written:
    """What the rounds of a run have written.

    `missed` names files that could not be read this time, `kept_files` those that were read, whatever came of
    it, `replaced` the documents that they had before.
    """

    documents: list[Document] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    missed: set[str] = field(default_factory=set)
    kept_files: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    sketches: dict[str, bytes] = field(default_factory=dict)
    embedded: int = 0


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often a run commits: after so many batches, or so many seconds."""

    most: int = 32
    seconds: float = 10.0

    def written(
        self,
        tables: Workspace,
        results: Iterable[BatchResult],
        replaced: Callable[[str], Sequence[str]],
        watch: ProgressCallback,
        total: int,
        *,
        resumable: bool = True,
    ) -> Written:
        """Commit results in rounds as they arrive; `replaced` names the documents that a file had before.

        Unless it is `resumable`, the next run starts anew if this one is killed, so no order matters.
        """
        stage, done, files = Stage(watch, "reading", "documents", total), Written(), 0
        waiting: list[BatchResult] = []
        last = monotonic()
        stage.at(0)
        for result in results:
            waiting.append(result)
            files += result.files
            stage.at(min(files, total))
            if len(waiting) >= self.most or monotonic() - last >= self.seconds:
                _commit(tables, waiting, replaced, done, resumable=resumable)
                waiting, last = [], monotonic()
        _commit(tables, waiting, replaced, done, resumable=resumable)
        stage.end()
        return done


def _commit(
    tables: Workspace,
    results: Sequence[BatchResult],
    replaced: Callable[[str], Sequence[str]],
    done: Written,
    *,
    resumable: bool,
) -> None:
    """Make the rows of some results part of the tables."""
    failures = [failure for result in results for failure in result.failures]
    missed: set[str] = {each.file_name for each in failures if isinstance(each, PassingFailure)}
    documents = [document for result in results for document in result.documents]
    read = {d.file_name for d in documents} | {f.file_name for f in failures} - missed
    old = [name for file in read for name in replaced(file)]
    written = {
        name: [each for result in results for each in result.fragments.get(name, ())]
        for name in (CHUNKS, DOCUMENTS)
    }
    _replace(tables, old, written, resumable=resumable)
    done.documents += documents
    done.failures += (_failure(each, replaced) for each in failures)
    done.missed |= missed
    done.kept_files |= read
    done.replaced.update(old)
    for result in results:
        done.sketches |= result.sketches
    done.embedded += sum(result.embedded for result in results)


def _replace(
    tables: Workspace, old: Sequence[str], written: Mapping[str, Sequence[str]], *, resumable: bool
) -> None:
    """Replace rows of documents; if this can be resumed, a document is there only while its chunks are."""
    documents, chunks = tables[DOCUMENTS], tables.tables.get(CHUNKS)
    if not resumable:
        steps = [partial(documents.replace, "name", old, written[DOCUMENTS])]
        if chunks:
            steps.append(partial(chunks.replace, "document", old, written[CHUNKS]))
        together(steps)
        return
    documents.delete("name", old)
    if chunks:
        chunks.replace("document", old, written[CHUNKS])
    documents.commit(written[DOCUMENTS])


def _failure(failure: Failure, replaced: Callable[[str], Sequence[str]]) -> Failure:
    """Return a failure, marked if answers come from an earlier version of the document."""
    reason = failure.reason
    if isinstance(failure, PassingFailure) and replaced(failure.file_name):
        reason = f"{STALE_PREFIX} ({reason}): answers come from what was read before"
    return Failure(
        name=failure.name,
        folder=failure.folder,
        path=failure.path,
        size=failure.size,
        mtime_ns=failure.mtime_ns,
        reason=reason,
        member=failure.member,
        etag=failure.etag,
    )
