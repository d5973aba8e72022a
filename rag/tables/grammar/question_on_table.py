"""A question over a table, as parsed for the modules of this folder."""

from collections.abc import Iterator, Sequence

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.conditions import QuestionConditions
from citeback.rag.tables.grammar.patterns import NUMBERED
from citeback.rag.tables.grammar.reading import Reading, RowConditions, Target
from citeback.rag.tables.mention import CellMention
from citeback.rag.tables.plan import Condition, Operator, Plan


class QuestionOnTable(QuestionConditions):
    """A question over a table, with the data that all kinds of readings share."""

    def figures_besides(self, without: int) -> Iterator[tuple[int | None, frozenset[int], dict[str, float]]]:
        """Yield the columns by which two rows may be compared; None compares their numbers of rows."""
        found = False
        for each in self.mentions.column_mentions:
            if each.column != without and self.columns[each.column].kind in NUMBERED:
                found = True
                yield (
                    each.column,
                    each.positions,
                    {"measure share": each.share, "measure called": float(each.synonym)},
                )
        if not found:
            for n, column in enumerate(self.columns):
                if n != without and (
                    column.kind is Kind.DATE or self.mentions.holds_years(n) or column.kind is Kind.DURATION
                ):
                    yield n, frozenset(), {"measure implied": 1.0}
        yield None, frozenset(self.noun), {}

    def matching_rows(self, conditions: Sequence[Condition]) -> list[int]:
        """Return the rows whose words pass."""

        def passes(n: int) -> bool:
            return all(
                (" ".join(self.mentions.cells[c.column][n]) == c.words)
                if c.test is Operator.IS
                else f" {c.words} " in f" {' '.join(self.mentions.cells[c.column][n])} "
                for c in conditions
            )

        if any(c.test not in (Operator.IS, Operator.HAS) for c in conditions):
            return []
        return [n for n in range(len(self.mentions.cells[0])) if passes(n)]

    def cell_text(self, quoted: CellMention) -> str:
        """Return the table's spelling of a quoted cell."""
        kept = [row for n, row in enumerate(self.table.texts) if n not in self.table.totals]
        for n, cell in enumerate(self.mentions.cells[quoted.column]):
            if " ".join(cell) == quoted.words or (
                not quoted.whole and f" {quoted.words} " in f" {' '.join(cell)} "
            ):
                return self.as_asked(kept[n][quoted.column])
        return " ".join(self.words.texts[i] for i in sorted(quoted.positions))

    def as_asked(self, text: str) -> str:
        """Return a cell's text without the brackets at its end, unless the question has their words."""
        bare, _, gloss = text.rstrip().partition(" (")
        if not bare or not gloss.endswith(")") or gloss.count(")") > 1:
            return text
        asked = set(self.words.terms(0, len(self.words)))
        return text if set(self.mentions.terms(gloss)) & asked else bare

    def reading(
        self,
        plan: Plan,
        form: str,
        where: RowConditions,
        target: Target,
        used: frozenset[int],
        **features: float,
    ) -> Reading:
        """Return a reading, with the features of its conditions and its target."""
        everything = where.used | target.used | used
        kind = str(self.columns[target.column].kind) if target.column >= 0 else "none"
        own = {
            **where.features,
            **features,
            f"target {target.how}": 1.0,
            f"{target.how} {kind}": 1.0,
            "target share": target.share,
            "conditions": float(len(where.conditions)),
        }
        return Reading(plan=plan, form=form, used=everything, features=own)
