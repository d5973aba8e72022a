"""Comments on slides and their replies, with authors."""

from collections.abc import Iterator

from lxml import etree

from citeback.index.readers.common.blocks import Block, location
from citeback.index.readers.common.control_characters import line
from citeback.index.readers.office.drawing import paragraphs
from citeback.index.readers.office.parts import PackageParts

_AUTHORS = ("ppt/commentAuthors.xml", "ppt/authors.xml")
_COMMENTS = ("{*}cm", "{*}reply")


def slide_comments(parts: PackageParts, path: str, where: str) -> Iterator[Block]:
    """Yield the comments of the slide at `path`; `where` is what their locations begin with."""
    people = _people(parts)
    for each in parts.related(path, "comments"):
        for comment in parts.tree(each.path).iter(*_COMMENTS):
            author = people.get(comment.get("authorId") or "", "")
            if text := _text(comment):
                place = f"{where}, comment by {author}" if author else f"{where}, comment"
                yield Block(f"{author}: {text}" if author else text, locations=location(place))


def _text(comment: etree._Element) -> str:
    """Return a comment's own text, without its replies."""
    plain = [each.text or "" for each in comment.iterchildren("{*}text")]
    boxes = comment.iterchildren("{*}txBody")
    return line(" ".join(plain) or " ".join(text for box in boxes for text in paragraphs(box)))


def _people(parts: PackageParts) -> dict[str, str]:
    paths = [path for path in _AUTHORS if path in parts.names]
    people = (each for path in paths for each in parts.tree(path).iter("{*}cmAuthor", "{*}author"))
    return {each.get("id") or "": line(each.get("name") or "") for each in people}
