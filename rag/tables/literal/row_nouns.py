"""What a question may call the rows of a table, and the table itself."""

from collections.abc import Sequence

from citeback.rag.tables.mentions import Mentions

_LETTERS = 3  # of a word of the title
_LISTS = frozenset(("list", "table", "sheet", "spreadsheet", "register", "file", "log"))
_BEFORE = ("in", "on", "from")
_MOST_WORDS = 4  # between "in" and "list"
_DECIDED = frozenset(("decis", "status", "outcom", "state"))
_APPLICATIONS = frozenset(("application", "applications", "request", "requests", "case", "cases"))


def row_noun(mentions: Mentions) -> tuple[str, ...]:
    """Return what the title calls the rows: its first word in the plural, "Grants of the trust"."""
    words = [word.strip(".,:;()").casefold() for word in mentions.table.title.replace("_", " ").split()]
    plural = [
        w for w in words if len(w) > _LETTERS and w.endswith("s") and not w.endswith(("ss", "us", "is"))
    ]
    return mentions.terms(plural[0]) if plural else ()


def is_application(word: str, heads: Sequence[Sequence[str]]) -> bool:
    """Return whether a word calls the rows what is decided on, and a column has the decisions."""
    return word in _APPLICATIONS and any(_DECIDED.intersection(head) for head in heads)


def end_of_table_name(mentions: Mentions, start: int) -> int | None:
    """Return where words end that name the table by its title: "in the grants list"."""
    texts, title = mentions.words.texts, frozenset(mentions.terms(mentions.table.title))
    if texts[start] not in _BEFORE or texts[start + 1 : start + 2] != ("the",):
        return None
    for n in range(start + 2, min(start + 3 + _MOST_WORDS, len(texts))):
        if texts[n] in _LISTS:
            return n + 1
        terms = mentions.words.words[n].terms
        if not terms or not set(terms) <= title:
            return None
    return None
