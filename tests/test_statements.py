"""What a page says of itself, of other pages or of a gallery is no evidence; what it states is."""

import pytest

from citeback.index.records import Source, Span
from citeback.rag.evidence.statements import is_statement


@pytest.mark.parametrize(
    "text",
    [
        "More: The harbour master resigns after the storm.",
        "Related:Five ferries to take this summer",
        "Read more harbour news: The crane that fell.",
        "Sign up here for the weekly letter from the quay.",
        "Subscribe to our letter about boats.",
        "Follow Ada Holm on Twitter: @adaholm.",
        "Hide Caption 3 of 12 Photos: The crane, seen from the ferry.",
        "Contributing: Ada Holm, The Harbour Post",
        "Get our free newsletter about tides.",
    ],
)
def test_promotions_and_captions_state_nothing(text: str) -> None:
    assert not is_statement(Source(text, "", "html"), Span(0, len(text)))


@pytest.mark.parametrize(
    "text",
    [
        "More ships passed in May: 412 of them.",
        "More than 400 ships passed.",
        "Related costs rose by 3 percent.",
        "Follow the signs to the quay.",
        "He followed her on foot.",
        "Sign the form before you leave.",
        "Photos of the crane hang in the hall.",
    ],
)
def test_statements_that_open_alike_are_evidence(text: str) -> None:
    assert is_statement(Source(text, "", "html"), Span(0, len(text)))
