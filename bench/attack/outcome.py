"""What became of one thing that was tried."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the product `holds`; `tried` and `answer` say in words what was done and what came back."""

    tried: str
    holds: bool
    answer: str

    def __str__(self) -> str:
        tried, answer = (" ".join(part.split()) for part in (self.tried, self.answer))
        return f"{'ok    ' if self.holds else 'FAILED'} {shown(tried, 110)}: {shown(answer, 160)}"


def shown(words: str, most: int) -> str:
    """Return words cut to a length, without what a terminal would obey."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in words)
    return plain if len(plain) <= most else plain[: most - 1] + "…"
