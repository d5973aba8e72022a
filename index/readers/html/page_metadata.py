"""Reads author and date of a web page from its meta elements."""

from lxml import html

from citeback.index.readers.common.metadata import first_date, join_authors

_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "citation_author")
_DATES = (
    *("article:published_time", "datepublished", "date", "dc.date", "dcterms.date", "dc.date.issued"),
    *(
        "citation_publication_date",
        "parsely-pub-date",
        "article:modified_time",
        "datemodified",
        "last-modified",
    ),
)


def author_and_date(tree: html.HtmlElement) -> tuple[str, str]:
    """Return (author, date) of a page; "" for missing ones."""
    result: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        key = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").lower()
        result.setdefault(key, []).append(meta.get("content") or "")
    names = next((result[key] for key in _AUTHORS if any(map(_is_name, result.get(key, ())))), [])
    return join_authors(*filter(_is_name, names)), first_date(
        *(value for key in _DATES for value in result.get(key, ()))
    )


def _is_name(value: str) -> bool:
    return bool(value.strip()) and "://" not in value
