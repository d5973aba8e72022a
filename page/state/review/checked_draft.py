"""A draft with what has been checked of it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from citeback.index.records import Source
from citeback.page.state.exchange import CitedPlace
from citeback.page.state.review.places import once_each
from citeback.rag.drafts.checked_claim import CheckedClaim, ClaimVerdict

_REF = re.compile(r"claim-([0-9]{1,5})(?:-([0-9]{1,3}))?")
_EMPTY = Source(text="", title="", kind="markdown")
NAME = 80  # characters of a name


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft with its claims as far as they are checked; `id` is "" until it is saved.

    `file` holds the bytes of a Word document, which comes back with comments. `documents` is how many were
    searched. `complete` is false while it is being checked, and if it was stopped.
    """

    source: Source = _EMPTY
    claims: tuple[CheckedClaim, ...] = ()
    documents: int = 0
    complete: bool = False
    name: str = ""
    file: bytes = b""
    id: str = ""

    def with_claims(self, claims: Sequence[CheckedClaim]) -> "CheckedDraft":
        """Return the draft with more claims checked."""
        return replace(self, claims=tuple(claims))

    @property
    def counts(self) -> Mapping[ClaimVerdict, int]:
        """Return how many sentences got each verdict."""
        return Counter(claim.verdict for claim in self.claims)

    @property
    def share(self) -> float:
        """Return the share of the text that is checked, from 0 to 1."""
        return self.claims[-1].span.end / len(self.source.text) if self.claims else 0.0

    def claim(self, ref: str) -> CheckedClaim | None:
        """Return the claim that a link points to, or None. `ref` comes from a browser and is untrusted."""
        match = _REF.fullmatch(ref)
        known = match is not None and int(match[1]) < len(self.claims)
        return self.claims[int(match[1])] if match and known else None

    def place(self, ref: str) -> CitedPlace | None:
        """Return the place of a claim's citation that a link points to, or None."""
        match, claim = _REF.fullmatch(ref), self.claim(ref)
        n = int(match[2] or 0) if match else 0
        if claim is None or n >= len(claim.citations):
            return None
        cited = claim.citations[n]
        return CitedPlace(ref=ref, document=cited.document, span=cited.span, quote=cited.quote)

    def places_in(self, document: str) -> Sequence[CitedPlace]:
        """Return every place of a document that the draft's claims rest on."""
        return once_each(
            CitedPlace(ref=claim_ref(i, n), document=document, span=cited.span, quote=cited.quote)
            for i, claim in enumerate(self.claims)
            for n, cited in enumerate(claim.citations)
            if cited.document == document
        )


def claim_ref(claim: int, citation: int = 0) -> str:
    """Return the link to a citation of a claim; both are numbered from 0.

    >>> claim_ref(3), claim_ref(3, 1)
    ('claim-3', 'claim-3-1')
    """
    return f"claim-{claim}-{citation}" if citation else f"claim-{claim}"


def draft_name(source: Source, file_name: str = "") -> str:
    """Return a name for a draft: that of its file, its title, or its first words."""
    line = " ".join((file_name or source.title or source.text[: NAME * 4]).lstrip("# \t\n").split())
    return line if len(line) <= NAME else line[: NAME - 1].rstrip() + "…"
