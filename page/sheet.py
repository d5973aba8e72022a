"""The style sheet and the scripts, put together from their parts. Must never know what they are for."""

from pathlib import Path

HERE = Path(__file__).parent
PARTS = (
    "colours",
    "frame",
    "forms",
    "chat",
    "panel",
    "reader",
    "lookup",
    "folder",
    "talks",
    "settings",
    "narrow",
)


def style() -> str:
    """Return the whole style sheet, its parts in the order in which later rules win."""
    return "\n".join((HERE / "style" / f"{part}.css").read_text() for part in PARTS)


def style_alone() -> str:
    """Return the same for a page without a script: its colours follow the reader's system."""
    sheet = style()
    dark = sheet.partition("\n.dark {")[2].partition("}")[0]
    return f"{sheet}\n@media (prefers-color-scheme: dark) {{\n:root {{{dark}}}\n}}\n"


def script(name: str) -> str:
    """Return one of the scripts: `links` for each piece of HTML of ours, `page` for the page around them."""
    return (HERE / "script" / f"{name}.js").read_text()
