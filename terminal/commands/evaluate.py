"""`citeback eval`: evaluates answers on questions with known answers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from citeback import wire
from citeback.index.records import Span
from citeback.terminal import batch, screen, stores
from citeback.terminal.options import STORE, At, Json, Model, Rerank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from citeback.index.generations.protocols import Searchable
    from citeback.rag.evaluation.metrics import LabelledQuestion

COUNT_METRICS = ("questions", "milliseconds")  # metrics that are not shares


def evaluate(
    questions: Annotated[
        Path | None,
        typer.Argument(
            metavar="QUESTIONS.jsonl",
            exists=True,
            dir_okay=False,
            help="One JSON object per line: a question and its known answer.",
        ),
    ] = None,
    make: Annotated[
        int | None,
        typer.Option("--make", metavar="N", min=1, help="Draft N questions and print them instead."),
    ] = None,
    model: Model = None,
    rerank: Rerank = None,
    store: At = STORE,
    json: Json = False,
) -> None:
    """Measure answers: ask questions with known answers, and report how many were answered or refused.

    To start, run citeback eval --make 50 > questions.jsonl, review the drafts, add questions that your
    documents cannot answer ("answerable": false), and evaluate with that file. With --model, a chat model
    writes the drafts, or the answers that are measured.
    """
    if (questions is None) == (make is None):
        raise typer.BadParameter("give either QUESTIONS.jsonl or --make N")
    if make is not None:
        return _make(store, make, model)
    try:
        given = wire.parse_evaluation(questions.read_bytes()) if questions else ()
    except ValueError as error:
        raise typer.BadParameter(f"{questions}, {error}") from error
    result = _figures(store, [_labelled(each) for each in given], model, rerank)
    screen.print_result({"figures": result}, json, _table, result)
    return None


def _make(store: str, count: int, model: str | None) -> None:
    from citeback.rag.evaluation.cloze_questions import draft_questions

    with stores.opened_generation(store) as generation:
        drafts = (
            _generated_questions(generation, count, model) if model else draft_questions(generation, count)
        )
        for n, made in enumerate(drafts, start=1):
            typer.echo(wire.dumps(wire.drafted(n, made)))


def _generated_questions(generation: "Searchable", count: int, model: str) -> "Iterator[LabelledQuestion]":
    """Yield the chat model's questions that passed the check, and report the number that did not."""
    from citeback.rag.evaluation.cloze_questions import askable_sentences
    from citeback.rag.evaluation.llm_questions import generate_questions
    from citeback.rag.writing.chat_models import chat_model_loader as reached
    from citeback.rag.writing.chat_writer import ChatWriter

    made = left = 0
    for known in generate_questions(
        askable_sentences(generation), ChatWriter(reached(model), model).reply, count
    ):
        made, left = made + (known is not None), left + (known is None)
        if known:
            yield known
    if left:
        stores.print_notices(
            [f"{made} questions; {left} dropped, since their source sentence alone does not answer them."]
        )


def _figures(
    store: str, known: "list[LabelledQuestion]", model: str | None, rerank: str | None
) -> "dict[str, float | None]":
    from citeback.rag.evaluation.metrics import ask, metrics

    corpus = stores.opened_corpus(store, model, rerank=rerank)
    with corpus as asking, screen.console(stderr=True).status("Asking") as status:
        outcomes = []
        for outcome in ask(asking, known):
            outcomes.append(outcome)
            status.update(f"Asked {len(outcomes):,} of {len(known):,}")
    return metrics(outcomes)


def _labelled(given: wire.EvaluationQuestion) -> "LabelledQuestion":
    from citeback.rag.evaluation.metrics import LabelledQuestion, Relevant

    return LabelledQuestion(
        question=given.question,
        history=batch.history_turns(given.history),
        relevant=tuple(Relevant(p.document, _span(p)) for p in given.relevant or ()),
        answers=given.answers or (),
        answerable=given.answerable,
    )


def _span(place: wire.AnswerSpan) -> Span | None:
    if place.start is None or place.end is None:
        return None
    return Span(place.start, max(place.start, place.end))


def _table(result: "Mapping[str, float | None]") -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in result.items():
        if value is not None:
            shown = f"{value:,.0f}" if name.startswith(COUNT_METRICS) else f"{value:.3f}"
            table.add_row(name.replace("_", " "), shown)
    return table
