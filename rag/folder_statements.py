"""The statements of a folder, document by document, with their vectors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from citeback.index.embedding.protocols import Float16s
from citeback.index.generations.protocols import Searchable
from citeback.index.records import Source, Span
from citeback.index.search.filters import Filter
from citeback.rag.evidence.statements import is_reference_list, is_statement

FEWEST_WORDS, MOST_CHARS = 4, 600
MAIL = "mail"
# The head of a message, and what it quotes of another one.
_MAIL_LINE = re.compile(
    r">|(?:from|to|cc|bcc|date|sent|subject|reply-to|von|an|datum|gesendet|betreff|de|à|objet|para|asunto): ",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class StatementPlace:
    """Where a statement stands, as the span of a document."""

    document: str
    span: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a document on one line, with the headings above it; `also` repeat it elsewhere.

    `row` tells that it is a row of a table.
    """

    place: StatementPlace
    text: str
    headings: tuple[str, ...]
    also: tuple[StatementPlace, ...] = ()
    row: bool = False


def folder_statements(
    generation: Searchable, within: Filter, fewest: int = FEWEST_WORDS
) -> Iterator[tuple[Statement, Float16s]]:
    """Yield the statements of the documents that pass `within`, each with its unit vector, (dimension,).

    Of several files with the same bytes, one is read. Reference lists, and sentences of more than 600
    characters or fewer than `fewest` words, are left out.
    """
    for row in generation.chunks_within(within):
        if is_reference_list(row.chunk.headings):
            continue
        source = generation.source(row.document)
        vectors = generation.sentence_vectors_of(row)
        for n, span in enumerate(row.chunk.sentences):
            if text := stated(source, span, fewest):
                yield (
                    Statement(
                        place=StatementPlace(row.document, span),
                        text=text,
                        headings=row.chunk.headings,
                        row="\t" in span.of(source.text).strip() or text.startswith("|"),
                    ),
                    vectors[n],
                )


def folder_rows(generation: Searchable, within: Filter) -> Iterator[Statement]:
    """Yield every line of the documents that pass `within`, in reading order, even if it states nothing."""
    for row in generation.chunks_within(within):
        text = generation.source(row.document).text
        for span in row.chunk.sentences:
            if words := " ".join(span.of(text).split()):
                place = StatementPlace(row.document, span)
                yield Statement(place=place, text=words, headings=row.chunk.headings)


def stated(source: Source, span: Span, fewest: int = FEWEST_WORDS) -> str:
    """Return a sentence on one line if it states something in at least four words, or `fewest`, else ""."""
    if len(span) > MOST_CHARS:
        return ""
    text = " ".join(span.of(source.text).split())
    if source.kind == MAIL and _MAIL_LINE.match(text):
        return ""
    if len(_LETTERS.findall(text)) < fewest or not is_statement(source, span):
        return ""
    return text
