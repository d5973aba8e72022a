"""Suggested follow-up questions: headings of passages that were found but not cited."""

from itertools import islice

from citeback.page.state.exchange import Exchange

MOST = 2
LENGTH = range(10, 90)  # characters of a question that fits on one line


def follow_up_questions(exchange: Exchange) -> tuple[str, ...]:
    """Return the headings that are questions, of passages that were found but not cited."""
    cited = {each.document for each in exchange.citations}
    near = (each for each in exchange.passages if each.headings and not _quoted(each.headings[-1], exchange))
    asked = (_question(each.headings[-1]) for each in near if each.document in cited or not cited)
    return tuple(islice((q for q in dict.fromkeys(asked) if q and q != exchange.question), MOST))


def _quoted(heading: str, exchange: Exchange) -> bool:
    under = (p for p in exchange.passages if p.headings and p.headings[-1] == heading)
    return any(c.document == p.document and p.span.covers(c.span) for p in under for c in exchange.citations)


def _question(heading: str) -> str:
    words = " ".join(heading.split())
    return words if words.endswith("?") and len(words) in LENGTH else ""
