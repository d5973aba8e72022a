"""Suggested questions, first and follow-up, from the headings of the documents."""

from collections.abc import Iterable, Iterator
from itertools import islice

from citeback.index.records import Source
from citeback.page.state.exchange import Exchange
from citeback.rag.protocols import BrowsableCorpus

MAX_DOCUMENTS = 20  # documents; reading more would delay the page
MOST = 3
LENGTH = range(10, 90)  # characters of a question that fits on one line
TOPIC = range(4, 60)  # characters of a heading that fits into a question


def suggested_questions(shelf: BrowsableCorpus) -> tuple[str, ...]:
    """Return the first headings that are questions, without duplicates, or else questions about headings."""
    headings = tuple(_headings(shelf))
    asked = (words for words in headings if words.endswith("?") and len(words) in LENGTH)
    results = tuple(islice(dict.fromkeys(asked), MOST))
    return results or tuple(islice(dict.fromkeys(map(topic_question, filter(_topic, headings))), MOST))


def follow_up_questions(exchange: Exchange) -> tuple[str, ...]:
    """Return follow-up questions: the headings of passages that were found but not cited."""
    cited = {each.document: each for each in exchange.citations}
    near = (each for each in exchange.passages if each.headings and not _quoted(each.headings[-1], exchange))
    asked = (_question(each.headings[-1]) for each in near if each.document in cited or not cited)
    return tuple(islice((q for q in dict.fromkeys(asked) if q and q != exchange.question), MOST - 1))


def _quoted(heading: str, exchange: Exchange) -> bool:
    under = (p for p in exchange.passages if p.headings and p.headings[-1] == heading)
    return any(c.document == p.document and p.span.covers(c.span) for p in under for c in exchange.citations)


def _question(heading: str) -> str:
    words = " ".join(heading.split())
    if words.endswith("?"):
        return words if len(words) in LENGTH else ""
    return topic_question(words) if _topic(words) else ""


def topic_question(topic: str) -> str:
    """Return a question about a heading."""
    return f"What about {topic}?"


def _topic(words: str) -> bool:
    return len(words) in TOPIC and words[:1].isalpha() and not words.endswith("?")


def _headings(shelf: BrowsableCorpus) -> Iterable[str]:
    return (
        words for document in shelf.documents[:MAX_DOCUMENTS] for words in _words(shelf.source(document.name))
    )


def _words(source: Source) -> Iterator[str]:
    for heading in source.headings:
        yield " ".join(heading.span.of(source.text).split())
