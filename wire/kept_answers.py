"""Answers of `ask --json` that are read again to be checked, and what `verify --answers` says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, StrictInt, StrictStr

from citeback.wire.requests import QUESTION, InputModel, parsed_lines

if TYPE_CHECKING:
    from citeback.rag.answer import Computation
    from citeback.rag.kept_answer import CheckedAgain, KeptQuote

Value = int | float | str


class KeptRecipe(InputModel):
    """The recipe of a result, as printed by `ask --json`."""

    table: int = Field(ge=0)
    columns: tuple[str, ...] = Field(max_length=10_000)
    plan: dict[str, Any]
    files: tuple[str, ...] = Field(default=(), max_length=100)


class KeptComputation(InputModel):
    """A result as printed by `ask --json`; `recipe` is missing in answers of earlier versions."""

    document: str
    result: Value | tuple[Value, ...]
    unit: str = ""
    recipe: KeptRecipe | None = None


class KeptCitation(InputModel):
    """A citation as printed by `ask --json`."""

    document: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str


class KeptSentence(InputModel):
    """A sentence as printed by `ask --json`."""

    citations: tuple[KeptCitation, ...] = ()


class KeptAnswer(InputModel):
    """An answer of `ask --json`: the parts that are checked again."""

    id: StrictStr | StrictInt | None = None
    question: str = Field(max_length=QUESTION)
    sentences: tuple[KeptSentence, ...] = ()
    computed: KeptComputation | None = None

    def quotes(self) -> tuple[KeptQuote, ...]:
        """Return the quotations of the answer."""
        from citeback.index.records import Span
        from citeback.rag.kept_answer import KeptQuote

        cited = (citation for sentence in self.sentences for citation in sentence.citations)
        return tuple(KeptQuote(document=c.document, span=Span(c.start, c.end), quote=c.quote) for c in cited)

    def computation(self) -> Computation | None:
        """Return how it was computed, if it was."""
        from citeback.rag.answer import Computation
        from citeback.rag.tables.recipe import Recipe

        own = self.computed
        if own is None:
            return None
        kept = own.recipe
        result = own.result if isinstance(own.result, tuple) else (own.result,)
        recipe = (
            Recipe(table=kept.table, columns=kept.columns, plan=kept.plan, files=kept.files) if kept else None
        )
        return Computation(
            document=own.document, plan="", result=result, unit=own.unit, rows=(), cells=(), recipe=recipe
        )


def parse_answers(data: bytes) -> tuple[KeptAnswer, ...]:
    """Parse answers, as `ask --json` prints them, one a line. Raises ValueError as `parse_questions` does."""
    return parsed_lines(KeptAnswer, data)


def checked_again(kept: KeptAnswer, found: CheckedAgain) -> dict[str, Any]:
    """Return the output of `citeback verify --answers --json`."""
    now = list(found.result)
    was = kept.computed.result if kept.computed else None
    return {
        "id": kept.id,
        "question": kept.question,
        "verdict": str(found.verdict),
        "was": list(was) if isinstance(was, tuple) else was,
        "now": now[0] if len(now) == 1 else now or None,
        "unit": found.unit,
        "reasons": list(found.reasons),
    }
