"""The outcome of one check."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the product `holds`; `tried` describes the attack, `answer` the response."""

    tried: str
    holds: bool
    answer: str

    def __str__(self) -> str:
        tried, answer = (" ".join(part.split()) for part in (self.tried, self.answer))
        return f"{'ok    ' if self.holds else 'FAILED'} {shown(tried, 110)}: {shown(answer, 160)}"


def shown(words: str, most: int) -> str:
    """Return text of limited length, without characters that a terminal would obey."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in words)
    return plain if len(plain) <= most else plain[: most - 1] + "…"
