"""HTML as seen by an independent parser: its elements, attributes and text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from citeback.page.views.html import VOID
from citeback.wire.permalinks import PAGES, ROOT

OURS = {
    *("a", "abbr", "article", "aside", "blockquote", "button", "cite", "code", "dd", "details", "div", "dl"),
    *(
        "dt",
        "em",
        "fieldset",
        "form",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "img",
        "input",
        "kbd",
        "label",
        "legend",
        "li",
        "mark",
        "nav",
    ),
    *("ol", "option", "output", "p", "progress", "q", "section", "select", "span", "strong", "summary"),
    *("table", "tbody", "td", "textarea", "th", "thead", "time", "tr", "ul"),
}
"""Every element that the page may write; none runs or loads anything, and forms submit nowhere."""

HARMLESS = {
    *(
        "aria-busy",
        "aria-hidden",
        "aria-label",
        "aria-live",
        "class",
        "data-label",
        "datetime",
        "aria-pressed",
        "data-ref",
        "dir",
        "href",
    ),
    *("alt", "checked", "disabled", "loading", "multiple", "open", "src"),
    *(
        "aria-sort",
        "data-all",
        "data-drawer",
        "data-page",
        "data-pages",
        "data-path",
        "data-turn",
        "data-view",
        "data-zoom",
        "data-link",
        "data-live",
        "data-many",
        "data-rich",
        "data-talk",
    ),
    *("data-act", "data-copy", "data-event", "data-value", "download", "id", "maxlength", "name", "selected"),
    *(
        "max",
        "placeholder",
        "popover",
        "rel",
        "role",
        "scope",
        "tabindex",
        "target",
        "title",
        "type",
        "value",
    ),
}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()


@dataclass
class Parsed(HTMLParser):
    """The elements of an HTML fragment in order, each with its text."""

    html: str = field(repr=False)
    whole: bool = True
    elements: list[Element] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.html)
        self.close()
        assert not (self.whole and self._open), f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        for element in self._open:
            element.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl!r}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data!r}")

    def of(self, tag: str, class_: str = "") -> list[Element]:
        """Return the elements with a tag and a class."""
        return [
            e
            for e in self.elements
            if e.tag == tag and class_ in ["", *e.attributes.get("class", "").split()]
        ]

    def check(self) -> "Parsed":
        """Assert that it holds only elements and attributes that the page writes itself."""
        assert {e.tag for e in self.elements} <= OURS
        assert {name for e in self.elements for name in e.attributes} <= HARMLESS
        assert all(
            e.attributes.get("href", "#").startswith(("#", ROOT, PAGES, "/conversations/"))
            for e in self.elements
        )
        assert all(e.attributes.get("src", PAGES).startswith(PAGES) for e in self.of("img"))
        for rich in (Parsed(e.attributes["data-rich"]) for e in self.elements if "data-rich" in e.attributes):
            assert {e.tag for e in rich.elements} <= {"blockquote", "p"}
            assert not any(e.attributes for e in rich.elements)
        return self


def sent(string: str) -> str:
    """Return the string as it can be sent to a browser, with U+FFFD for each invalid character."""
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in string)
