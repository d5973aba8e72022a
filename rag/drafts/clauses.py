"""Claims that say two things, which may stand in two documents: "A is so, and B is so"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from citeback.rag.drafts.checked_claim import CheckedClaim, ClaimVerdict

LEAST_WORDS = 4  # words of a part that is checked by itself
MOST_PARTS = 4
# A clause begins with a subject; "2 March and 4 May" is one thing.
_JOINT = re.compile(
    r"(?:;\s{1,3}|(?<!\s),?\s{1,3}(?:and|but|while|whereas)\s{1,3})"
    r"(?=(?:(?:the|a|an|its|their|his|her|this|that|these|those|there|it|they|he|she|we|in|on|since|from|at|both"
    r"|each|all|no)\b|[A-Z][\w’'-]*)\s)"
)
_VERDICTS = (ClaimVerdict.CONTRADICTED, ClaimVerdict.SUPPORTED)


def clauses_of(claim: str) -> tuple[str, ...]:
    """Return the parts of a claim that can be checked by themselves, or nothing if it is one.

    >>> clauses_of("Ada Holm starts in May, and the office has 30 desks.")
    ('Ada Holm starts in May', 'the office has 30 desks.')
    """
    parts = tuple(part.strip() for part in _JOINT.split(claim))
    if not 1 < len(parts) <= MOST_PARTS or any(len(part.split()) < LEAST_WORDS for part in parts):
        return ()
    return parts


def combined(whole: CheckedClaim, parts: Sequence[CheckedClaim]) -> CheckedClaim:
    """Return the verdict on a claim from those on its parts, or its own if they say no more.

    It is supported if all parts are, contradicted if one is, and partly supported if some are.
    """
    verdicts = {part.verdict for part in parts}
    decided = [part for part in parts if part.verdict in _VERDICTS]
    if not decided:
        return whole
    if ClaimVerdict.CONTRADICTED in verdicts:
        verdict, decided = (
            ClaimVerdict.CONTRADICTED,
            [p for p in decided if p.verdict is ClaimVerdict.CONTRADICTED],
        )
    else:
        verdict = ClaimVerdict.SUPPORTED if len(decided) == len(parts) else ClaimVerdict.PARTLY
    unsaid = tuple(f"“{part.text}” is not in the documents" for part in parts if part not in decided)
    return replace(
        whole,
        verdict=verdict,
        confidence=min(part.confidence for part in decided),
        citations=tuple(dict.fromkeys(cited for part in decided for cited in part.citations)),
        differences=tuple(each for part in decided for each in part.differences),
        reasons=tuple(reason for part in decided for reason in part.reasons)
        + (unsaid if verdict is ClaimVerdict.PARTLY else ()),
    )
