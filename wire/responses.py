"""JSON output for programs: answers, passages and reports.

Other modules are imported for type checking only: `citeback --help` needs this module and must not wait for
NumPy and LangChain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from citeback.index.generations.protocols import KeptGeneration, WholeGeneration
    from citeback.index.records import Document, Failure, Source, Span
    from citeback.index.sync.missing_files import MissingFolder
    from citeback.index.sync.plan import Plan
    from citeback.index.sync.report import SyncReport
    from citeback.rag.answer import Answer, Citation, Computation, Passage, Retrieved, Sentence
    from citeback.rag.checking.verify import Verification
    from citeback.rag.evaluation import metrics
    from citeback.rag.tables.recipe import Recipe
    from citeback.rag.writing.chat_models import AvailableModel
    from citeback.wire import schemas
    from citeback.wire.requests import ClaimInput, QuestionInput

# These need no escape in JSON, but get one: line separators, so that a value stays on one line, and control
# characters, which a terminal would obey.
_ESCAPED = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029)}


def drafted(n: int, known: metrics.LabelledQuestion) -> dict[str, Any]:
    """Return the line that `citeback eval --make` prints for a question."""
    relevant = [
        {"document": r.document} | ({"start": r.span.start, "end": r.span.end} if r.span else {})
        for r in known.relevant
    ]
    return {
        "id": f"draft-{n}",
        "question": known.question,
        "relevant": relevant,
        "answers": list(known.answers),
        "answerable": known.answerable,
    }


def dumps(value: Mapping[str, object]) -> bytes:
    """Return the value as one line of UTF-8, without a newline. Raises ValueError for NaN."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False).translate(_ESCAPED)
    # Half a surrogate pair becomes \udc80, which is also how JSON escapes it.
    return text.encode("utf-8", "backslashreplace")


def search(asked: QuestionInput, passages: Iterable[Passage]) -> schemas.Passages:
    """Return the output of `citeback search --json`."""
    return {"id": asked.id, "question": asked.question, "passages": [_passage(p) for p in passages]}


def ask(asked: QuestionInput, answer: Answer) -> schemas.Answer:
    """Return the output of `citeback ask --json`."""
    return {
        "id": asked.id,
        "question": asked.question,
        "standalone": answer.standalone,
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "text": answer.text,
        "sentences": [sentence(s) for s in answer.sentences],
        "passages": [_passage(p) for p in answer.passages],
        "computed": _computation(answer.computed) if answer.computed else None,
        "ways": list(answer.ways),
        "model": answer.model,
        "seconds": dict(answer.seconds),
        "notices": list(answer.notices),
    }


def _computation(computed: Computation) -> schemas.Computation:
    values = list(computed.result)
    documents = computed.cell_documents or [computed.document] * len(computed.cells)
    return {
        "document": computed.document,
        "plan": computed.plan,
        "result": values[0] if len(values) == 1 else values,
        "unit": computed.unit,
        "rows": list(computed.rows),
        "cells": [
            {"document": document, "start": span.start, "end": span.end}
            for document, span in zip(documents, computed.cells, strict=True)
        ],
        "recipe": _recipe(computed.recipe) if computed.recipe else None,
    }


def _recipe(recipe: Recipe) -> schemas.Recipe:
    return {
        "table": recipe.table,
        "columns": list(recipe.columns),
        "plan": dict(recipe.plan),
        "files": list(recipe.files),
    }


def verified(pair: ClaimInput, verification: Verification, spans: Iterable[Span]) -> dict[str, Any]:
    """Return the output of `citeback verify --json`."""
    return {
        "id": pair.id,
        "support": verification.support,
        "verdict": verification.verdict.value,
        "spans": [{"start": span.start, "end": span.end} for span in spans],
        "reasons": list(verification.reasons),
    }


def models(available_models: Iterable[AvailableModel]) -> dict[str, Any]:
    """Return the output of `citeback models --json`."""
    return {"models": [{"name": model.name, "where": model.provider} for model in available_models]}


def show(document: str, source: Source, span: Span, around: int) -> schemas.Shown:
    """Return the output of `citeback show --json`; `before + quote + after` is contiguous text."""
    return {
        "document": document,
        "start": span.start,
        "end": span.end,
        "quote": span.of(source.text),
        "before": source.text[max(0, span.start - around) : span.start],
        "after": source.text[span.end : span.end + around],
        "page": source.page_at(span.start),
        "place": source.location_at(span.start),
    }


def documents(indexed: Iterable[Document], failed: Iterable[Failure]) -> schemas.Documents:
    """Return the response of `/api/documents`: as `status`, without the changes on disk."""
    return {"documents": [_document(d) for d in indexed], "failed": _failures(failed)}


def retrieved(event: Retrieved) -> schemas.Found:
    """Return the first event of a streamed answer."""
    return {"standalone": event.standalone, "passages": [_passage(p) for p in event.passages]}


def plan(plan: Plan) -> dict[str, Any]:
    """Return the output of `citeback index --dry-run --json`."""
    return {
        "added": [file.name for file in plan.added],
        "changed": [file.name for file in plan.changed],
        "renamed": [{"from": before, "to": file.name} for before, file in plan.renamed],
        "deleted": list(plan.deleted),
        "unchanged": [document.name for document in plan.unchanged],
        "failed": _failures(plan.failed),
        "absent": _absent(plan.absent),
    }


def report(report: SyncReport) -> dict[str, Any]:
    """Return the output of `citeback index --json`."""
    return {
        "added": list(report.added),
        "changed": list(report.changed),
        "renamed": [{"from": before, "to": after} for before, after in report.renamed],
        "deleted": list(report.deleted),
        "unchanged": list(report.unchanged),
        "failed": _failures(report.failed),
        "absent": _absent(report.absent),
        "generation": report.generation,
        "published": report.published,
        "chunks": report.chunks,
        "embedded": report.embedded,
        "seconds": report.seconds,
        "rebuilt": report.rebuilt,
        "notices": list(report.notices),
    }


def status(generation: WholeGeneration, since: Plan) -> dict[str, Any]:
    """Return the output of `citeback status --json`: the index and the changes on disk `since`."""
    return {
        "generation": generation.number,
        "folders": list(generation.folders),
        "settings": generation.settings.model_dump(),
        "chunks": len(generation),
        "documents": [_document(d) for d in generation.documents],
        "failed": _failures(generation.failures),
        "since": _since(since),
        "absent": _absent(since.absent),
        "notices": [*generation.notices, *(each.message for each in since.absent)],
    }


def history(kept: Iterable[KeptGeneration]) -> dict[str, Any]:
    """Return the output of `citeback rollback --json`: the kept generations, newest first."""
    return {
        "generations": [
            {
                "generation": each.number,
                "published": each.published,
                "documents": each.documents,
                "chunks": each.chunks,
                "failed": each.failures,
                "restored": each.restored,
                "problem": each.problem,
            }
            for each in kept
        ]
    }


def _since(changes: Plan) -> dict[str, Any]:
    """Return the changes on disk, without failed files that are merely due for another try."""
    notice = plan(changes)
    new = {
        kind: [name for name in notice[kind] if name not in changes.retried] for kind in ("added", "changed")
    }
    return {**new, "renamed": notice["renamed"], "deleted": notice["deleted"]}


def _absent(absent: Iterable[MissingFolder]) -> list[dict[str, Any]]:
    return [
        {"folder": each.folder, "reason": each.reason, "documents": list(each.documents)} for each in absent
    ]


def _document(d: Document) -> schemas.Document:
    return {
        "document": d.name,
        "folder": d.folder,
        "kind": d.kind,
        "title": d.title,
        "chars": d.chars,
        "author": d.author or None,
        "date": d.day,
        "copy_of": d.copy_of or None,
        "near_of": d.near_of or None,
    }


def _passage(passage: Passage) -> schemas.Passage:
    return {
        "n": passage.n,
        "document": passage.document,
        "start": passage.span.start,
        "end": passage.span.end,
        "text": passage.text,
        "score": passage.score,
        "page": passage.page,
        "place": passage.place,
        "also": list(passage.also),
        "near": list(passage.near),
    }


def sentence(sentence: Sentence) -> schemas.Sentence:
    """Return a sentence of an answer, also used as an event of a streamed one."""
    return {
        "text": sentence.text,
        "verdict": sentence.verdict.value,
        "citations": [citation(c) for c in sentence.citations],
        "reasons": list(sentence.reasons),
    }


def citation(citation: Citation) -> schemas.Citation:
    """Return a citation."""
    return {
        "n": citation.n,
        "document": citation.document,
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": citation.quote,
        "page": citation.page,
        "place": citation.place,
        "also": list(citation.also),
        "support": citation.support,
        "corrected": citation.corrected,
        "marks": [{"start": mark.start, "end": mark.end} for mark in citation.marks],
        "date": citation.date or None,
    }


def _failures(failures: Iterable[Failure]) -> list[schemas.Failure]:
    return [
        {
            "document": f.name,
            "folder": f.folder,
            "reason": f.reason,
            "unread": f.unread,
            "outdated": f.outdated,
        }
        for f in failures
    ]
