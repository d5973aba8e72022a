"""The conditions on rows that the parts of a literally read question make."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.literal.literal_item import ItemKind, LiteralItem
from citeback.rag.tables.plan import Condition, Operator

_WORDS = (Operator.IS, Operator.HAS)


@dataclass(frozen=True)
class LiteralConditions:
    """The conditions that parts of a question make over one table."""

    question: QuestionOnTable
    queries: ListQueries
    key: int | None
    link: int | None = None
    """The column that refers to another table's rows: "the customer who ordered it"."""

    def of(self, items: Sequence[LiteralItem], taken: frozenset[int]) -> tuple[Condition, ...] | None:
        """Return the conditions of the parts that are not `taken`; None if a part says something else.

        `taken` are places among the parts. A head is part of the condition on its column, or it has to be
        there or not: "have a free plan", "no free plan".
        """
        found, used = list[Condition](), set(taken)
        targets = {c for n in taken for c in items[n].columns}
        for n, each in enumerate(items):
            if n in taken or each.kind is not ItemKind.CELL:
                continue
            made = self._cell(items, n, used, targets)
            if made is None:
                return None
            found.append(made)
            used.add(n)
        for n, each in enumerate(items):
            if n in used or each.kind is not ItemKind.HEAD:
                continue
            if (
                targets & set(each.columns)
                or each.columns in ((self.key,), (self.link,))
                or any(c.column in each.columns for c in found)
            ):
                used.add(n)
                continue
            held = self._held(items, n, used)
            if held is None:
                return None
            found.append(held)
            used.add(n)
        if any(self._says_more(items, n) for n in range(len(items)) if n not in used):
            return None
        return self._joined(found, any(each.kind is ItemKind.JOIN for each in items))

    def _cell(
        self, items: Sequence[LiteralItem], n: int, used: set[int], targets: set[int]
    ) -> Condition | None:
        """Return the condition of a cell whose column is certain; the words that say so are `used`."""
        options = list(items[n].conditions)
        heads = {m: e for m, e in enumerate(items) if e.kind is ItemKind.HEAD and m not in used}
        named = {m: c for m, e in heads.items() for c in options if c.column in e.columns}
        if len(options) > 1:
            chosen = {c.column: c for c in named.values()}
            options = list(chosen.values()) or [c for c in options if c.column not in targets]
        if len(options) != 1:
            return None
        used |= {m for m, c in named.items() if c.column == options[0].column}
        before = n - 1
        while before > 0 and (
            items[before].kind is ItemKind.VERB or options[0].column in items[before].columns
        ):
            before -= 1
        if before >= 0 and items[before].kind is ItemKind.NOT:
            used.add(before)
            return replace(options[0], negated=True)
        absent = before >= 0 and items[before].kind is ItemKind.NO and before not in used
        return None if absent else options[0]

    def _held(self, items: Sequence[LiteralItem], n: int, used: set[int]) -> Condition | None:
        """Return the condition that a row has, or has not, what a column says yes to, or leaves empty."""
        before = next((m for m in range(n - 1, -1, -1) if items[m].kind is not ItemKind.JOIN), None)
        asks = [m for m in range(n) if items[m].kind in (ItemKind.HAVE, ItemKind.NO)]
        if before is None or not asks:
            return None
        absent = items[before].kind is ItemKind.NO
        used |= {m for m in asks if m == before or items[m].kind is ItemKind.HAVE}
        return self.having(items[n].columns[0], absent)

    def having(self, column: int, absent: bool) -> Condition | None:
        """Return the condition that a column says yes, or has a value; None if it is neither kind."""
        found = self.question.columns[column]
        if found.kind is Kind.YES_NO:
            number = 0 if absent else 1
            rows = self.queries.counted_rows
            said = {self.queries.words[r][column] for r in rows if found.values[r].number == number} - {""}
            if not said:
                return None
            first, *others = sorted(said)
            return Condition(column, Operator.IS, words=first, others=tuple(others))
        if found.kind is not Kind.TEXT:
            return None
        empty = any(self.queries.missing(r, column) for r in self.queries.counted_rows)
        return Condition(column, Operator.FILLED, negated=absent) if empty else None

    def _says_more(self, items: Sequence[LiteralItem], n: int) -> bool:
        """Return whether a part that no condition uses says something of its own."""
        kind = items[n].kind
        if kind in (ItemKind.ASK, ItemKind.WHO):
            return n > 0
        if kind is ItemKind.HAVE:  # "How many tickets does Mira have", "with" before a cell
            return False
        return kind not in (ItemKind.VERB, ItemKind.JOIN, ItemKind.ROWS)

    def _joined(self, found: Sequence[Condition], says_both: bool) -> tuple[Condition, ...] | None:
        """Return conditions with the words of one column joined by "or"; None if that is not said."""
        by_column = dict[int, list[Condition]]()
        for each in found:
            by_column.setdefault(each.column, []).append(each)
        return (
            None
            if any(self._clash(some, says_both) for some in by_column.values())
            else tuple(_either(by_column))
        )

    def _clash(self, some: Sequence[Condition], says_both: bool) -> bool:
        """Return whether conditions on one column cannot be meant for one row, and are not joined."""
        if len(set(some)) == 1:
            return False
        alike = len({(c.test, c.negated) for c in some}) == 1 and some[0].test in _WORDS
        if alike and some[0].test is Operator.HAS and self.queries.rows(some, None):
            return True
        return not says_both or not alike


def _either(by_column: dict[int, list[Condition]]) -> Iterator[Condition]:
    for first, *others in by_column.values():
        more = tuple(c.words for c in others if c != first)
        yield replace(first, others=(*first.others, *more)) if more else first
