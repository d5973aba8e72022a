"""A summary by a chat model, written from the selected statements and checked like any draft."""

from collections.abc import Sequence
from dataclasses import replace

from citeback.rag.answer import SentenceVerified
from citeback.rag.evidence.ranking import Evidence, Features
from citeback.rag.question import StandaloneQuestion
from citeback.rag.stated_place import StatedPlace
from citeback.rag.summary.summary import Summary
from citeback.rag.verified_writing import VerifiedWriting

REQUEST = "Summarise what the excerpts say"


def in_own_words(summary: Summary, writing: VerifiedWriting) -> Summary:
    """Return the summary with its `written` sentences, if there is a chat model and anything was chosen.

    If the model cannot be reached, the statements stand as they are, and a notice says so.
    """
    if writing.writer.model is None or not summary.groups:
        return summary
    request = f"{REQUEST} about {summary.about}." if summary.about else f"{REQUEST}."
    notices: list[str] = []
    events = writing.events(StandaloneQuestion(request, ""), _evidence(summary.places), (), notices)
    written = tuple(event.sentence for event in events if isinstance(event, SentenceVerified))
    return replace(summary, written=written, notices=(*summary.notices, *dict.fromkeys(notices)))


def _evidence(places: Sequence[StatedPlace]) -> list[Evidence]:
    """Return the statements as evidence, the first one ranked highest."""
    return [
        Evidence(
            document=place.document,
            span=place.span,
            text=place.quote,
            page=place.page,
            passage=n,
            position=0,
            features=Features(passage=0.0, similarity=0.0, coverage=0.0),
            coverage=1.0,
            score=-0.001 * n,
            location=place.place,
        )
        for n, place in enumerate(places, start=1)
    ]
