"""JSON output of a draft's check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from citeback.wire.responses import citation

if TYPE_CHECKING:
    from citeback.rag.drafts.checked_claim import CheckedClaim
    from citeback.wire import schemas


def checked_claim(claim: CheckedClaim) -> schemas.CheckedClaim:
    """Return a line that `citeback verify DRAFT --json` prints."""
    return {
        "start": claim.span.start,
        "end": claim.span.end,
        "text": claim.text,
        "verdict": claim.verdict.value,
        "confidence": claim.confidence,
        "citations": [citation(each) for each in claim.citations],
        "differences": [{"claim": each.claim, "source": each.source} for each in claim.differences],
        "reasons": list(claim.reasons),
        "named": list(claim.named),
    }


def checked_draft(claims: Iterable[CheckedClaim], documents: int) -> schemas.CheckedDraft:
    """Return the response of `/api/verify`; `documents` is the number searched."""
    checked = [checked_claim(each) for each in claims]
    counts = Counter(each["verdict"] for each in checked)
    return {"claims": checked, "counts": dict(counts), "documents": documents}
