"""Splits a draft into sentences, and tells claims from other sentences.

Headings, questions, opinions and footnotes are not claims.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citeback.index.errors import SettingsError
from citeback.index.records import Chunk, Source, Span
from citeback.rag.evidence.statements import is_question, is_statement

MAX_DRAFT_CHARS, MAX_SENTENCES = 500_000, 5_000
"""Longest draft, in characters and in sentences."""
HEADING, QUESTION, OPINION, NOTE = "a heading or a label", "a question", "an opinion", "a note or a source"
_OPINION = re.compile(
    r"\b(?:I|we) (?:\w+ly )?(?:think|believe|feel|hope|suggest|recommend|propose|would|should|must|doubt|fear"
    r"|expect|suspect|wonder)\b"
    r"|\bin (?:my|our) (?:view|opinion|experience|judg(?:e)?ment)\b|\b(?:arguably|hopefully|unfortunately"
    r"|fortunately|sadly|happily)\b|\b(?:it is|it's) (?:clear|obvious|time|worth|important|interesting)\b"
    r"|\blet(?:’s|'s| us)\b",
    re.IGNORECASE,
)
_NOTE_LINE = re.compile(r"\s*\[\^?[\w-]{1,20}\]:")
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,20}\]|\[\d{1,3}\](?!\()")
_LINK = re.compile(r"!?\[([^\][\n]{0,300})\]\([^()\s]{0,500}\)")
_MARKS = re.compile(
    r"^(?:\s{0,3}(?:#{1,6}|>|[-*+•]|\d{1,3}[.)])\s+)+|[*_`]{1,3}(?=\w)|(?<=[\w.,;:!?)])[*_`]{1,3}"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
LEAST_WORDS = 3  # words of a sentence that claims something


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a draft: `raw` as it stands at `span`, and `claim` without markup and footnote markers.

    `no_claim` says why the sentence claims nothing; it is "" for a claim.
    """

    span: Span
    raw: str
    claim: str
    no_claim: str


def draft_sentences(draft: Source, chunks: Sequence[Chunk]) -> tuple[DraftSentence, ...]:
    """Return the sentences of a draft, in order, from its chunks.

    Raises SettingsError if the draft is empty or too long.
    """
    if not draft.text.strip():
        raise SettingsError("The draft is empty.", "give a draft with at least one sentence")
    if len(draft.text) > MAX_DRAFT_CHARS:
        raise SettingsError(
            f"The draft has {len(draft.text):,} characters; at most {MAX_DRAFT_CHARS:,} can be checked.",
            "check it chapter by chapter",
        )
    sentences = tuple(_sentences(draft, chunks))
    if len(sentences) > MAX_SENTENCES:
        raise SettingsError(
            f"The draft has {len(sentences):,} sentences; at most {MAX_SENTENCES:,} can be checked.",
            "check it chapter by chapter",
        )
    return sentences


def _sentences(draft: Source, chunks: Sequence[Chunk]) -> Iterator[DraftSentence]:
    for chunk in chunks:
        for span in chunk.sentences:
            raw = span.of(draft.text)
            claim = plain(raw)
            yield DraftSentence(span=span, raw=raw, claim=claim, no_claim=_no_claim(draft, span, raw, claim))


def plain(sentence: str) -> str:
    """Return a sentence without Markdown and footnote markers.

    >>> plain("- **412 ships** passed the [canal](traffic.txt).[^1]")
    '412 ships passed the canal.'
    """
    return " ".join(_MARKS.sub("", _FOOTNOTE.sub("", _LINK.sub(r"\1", sentence))).split())


def _no_claim(draft: Source, span: Span, raw: str, claim: str) -> str:
    if _NOTE_LINE.match(raw):
        return NOTE
    if is_question(raw) or claim.endswith("?"):
        return QUESTION
    if not is_statement(draft, span) or len(_WORD.findall(claim)) < LEAST_WORDS:
        return HEADING
    return OPINION if _OPINION.search(claim) else ""
