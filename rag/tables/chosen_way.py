"""A question that ends with the chosen reading in brackets."""

import re

MAY_MEAN = "It may mean"
"""How the notice begins that names the ways."""
_CHOSEN = re.compile(r"\[(?P<way>[^\[\]]{1,600})\]$")


def without_way(question: str) -> tuple[str, str]:
    """Return a question without the way in brackets at its end, and that way, "" if there is none.

    >>> without_way("How many ships? [sum of Ships]"), without_way("How many?")
    (('How many ships?', 'sum of Ships'), ('How many?', ''))
    """
    found = _CHOSEN.search(question.rstrip())
    return (question[: found.start()].rstrip(), found["way"]) if found else (question, "")


def with_way(question: str, way: str) -> str:
    """Return a question with the chosen reading; brackets in the question become parentheses.

    >>> with_way("How many ships?", "sum of Ships [t]")
    'How many ships? [sum of Ships (t)]'
    """
    return f"{question.rstrip()} [{in_brackets(way)}]"


def in_brackets(way: str) -> str:
    """Return a reading as written in brackets."""
    return way.replace("[", "(").replace("]", ")")
