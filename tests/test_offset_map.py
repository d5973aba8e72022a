"""Edited text: every span of the result leads to the same characters of the original."""

from hypothesis import given
from hypothesis import strategies as st

from citeback.index.readers.common.offset_map import Edit, EditedText, apply_edits
from citeback.index.records import Span

ORIGINALS = st.text(alphabet="abc ", max_size=12)
# What is put in is in capitals, so that the characters that stay are known by their case.
REPLACEMENTS = st.text(alphabet="XY", max_size=2)


@st.composite
def edited(draw: st.DrawFn, original: str) -> EditedText:
    cuts = sorted(draw(st.lists(st.integers(0, len(original)), max_size=8)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return apply_edits(
        original, [Edit(start=start, end=end, replacement=draw(REPLACEMENTS)) for start, end in pairs]
    )


def originals(text: EditedText, original: str, span: Span) -> str:
    return "".join(each.of(original) for each in text.original_spans(span))


@given(st.data(), ORIGINALS)
def test_a_span_of_the_result_comes_from_the_same_characters(data: st.DataObject, original: str) -> None:
    text = data.draw(edited(original))
    start = data.draw(st.integers(0, len(text.text)))
    span = Span(start, data.draw(st.integers(start, len(text.text))))
    kept = "".join(c for c in span.of(text.text) if not c.isupper())
    assert originals(text, original, span) == kept


@given(st.data(), ORIGINALS)
def test_edits_of_edited_text_lead_to_its_original(data: st.DataObject, original: str) -> None:
    before = data.draw(edited(original))
    text = data.draw(edited(before.text)).composed_with(before)
    kept = "".join(c for c in text.text if not c.isupper())
    assert originals(text, original, Span(0, len(text.text))) == kept
