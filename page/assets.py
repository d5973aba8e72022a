"""Assembles the style sheet and reads the scripts, ours and Gradio's."""

import gzip
import re
from functools import lru_cache
from pathlib import Path

import gradio as gr

FRONTEND = Path(gr.__file__).parent / "templates" / "frontend" / "assets"
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}")
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


@lru_cache(maxsize=512)
def frontend_file(name: str) -> bytes | None:
    """Return a file that Gradio's page loads, gzip-compressed, or None if there is none of that name.

    `name` comes from a browser. A first visit loads some fifty of them, and Gradio reads and compresses each
    anew.
    """
    path = FRONTEND / name
    return gzip.compress(path.read_bytes()) if _NAME.fullmatch(name) and path.is_file() else None
