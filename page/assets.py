"""Assembles the style sheet and reads the scripts."""

from pathlib import Path

HERE = Path(__file__).parent
PARTS = (
    "colours",
    "frame",
    "forms",
    "chat",
    "computed",
    "panel",
    "reader",
    "lookup",
    "folder",
    "review",
    "talks",
    "settings",
    "narrow",
)


def style() -> str:
    """Return the whole style sheet, its parts in cascade order."""
    return "\n".join((HERE / "style" / f"{part}.css").read_text() for part in PARTS)


def style_alone() -> str:
    """Return the style sheet for a page without a script: its colours follow the system's theme."""
    sheet = style()
    dark = sheet.partition("\n.dark {")[2].partition("}")[0]
    return f"{sheet}\n@media (prefers-color-scheme: dark) {{\n:root {{{dark}}}\n}}\n"


def script(name: str) -> str:
    """Return a script: `start` for each HTML component calls `links`; `page` is for the page around them."""
    return (HERE / "script" / f"{name}.js").read_text()
