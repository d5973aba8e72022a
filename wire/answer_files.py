"""Answers to take away: as a Word document with footnotes, or the references of their citations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from citeback.wire.reference_formats import MEDIA_TYPES, ReferenceFormat, references_to, unknown_source
from citeback.wire.word.answers import AnsweredQuestion, answers_document
from citeback.wire.word.package import MEDIA_TYPE

if TYPE_CHECKING:
    from citeback.index.records import Source
    from citeback.rag.answer import Citation

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "docx": MEDIA_TYPE,
        "ris": MEDIA_TYPES[ReferenceFormat.RIS],
        "csl": MEDIA_TYPES[ReferenceFormat.CSL],
    }
)
"""Media types, by format."""


def answers_file(
    form: str,
    answered: Sequence[AnsweredQuestion],
    source: "Callable[[str], Source]" = unknown_source,
    base: str = "",
) -> bytes:
    """Return the answers of a conversation in one of `FORMATS`.

    `source` returns what is known of a cited document, and `base` is what permanent links begin with.
    """
    if form == "docx":
        one = len(answered) == 1
        title = answered[0].question if one else f"Answers to {len(answered):,} questions"
        return answers_document(title, answered, base)
    return references_to(ReferenceFormat(form), _cited(answered), source, base).encode("utf-8", "replace")


def _cited(answered: Sequence[AnsweredQuestion]) -> "Iterator[Citation]":
    for one in answered:
        for sentence in one.answer.sentences if one.answer else ():
            yield from sentence.citations
