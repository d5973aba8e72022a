"""A file for a phrase of the manual's table of formats, and what several formats' files are made with."""

from collections.abc import Callable
from dataclasses import dataclass

from made import (
    NAMES,
    parts_of,
)
from samples import packed

WORDS = "seven grey herons"


@dataclass(frozen=True, slots=True)
class Shown:
    """A file: its name, how its bytes are made, and the words that are read, listed or passed over."""

    name: str
    make: Callable[[], bytes]
    words: str = WORDS


def text(name: str, content: str, words: str = WORDS) -> Shown:
    return Shown(name, content.encode, words)


def with_part(name: str, make: Callable[[], bytes], path: str, content: bytes, kind: str = "") -> Shown:
    """Return a package with one more part; `kind` relates it to the main document."""

    def made() -> bytes:
        parts = parts_of(make()) | {path: content}
        relations = next(
            p for p in parts if p.endswith((".xml.rels",)) and p.split("/")[-1] == RELATED[name[-4:]]
        )
        uri = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
        end = f'<Relationship Id="rIdX" Type="{uri}" Target="/{path}"/></Relationships>'.encode()
        parts[relations] = parts[relations].replace(b"</Relationships>", end)
        return packed(parts)

    return Shown(name, made)


RELATED = {"docx": "document.xml.rels", "pptx": "slide1.xml.rels", "xlsx": "sheet1.xml.rels"}
W_BODY = f"<x {NAMES}>{{}}</x>"
OMML = "<m:oMath><m:f><m:num><m:r><m:t>3</m:t></m:r></m:num><m:den><m:r><m:t>16</m:t></m:r></m:den></m:f></m:oMath>"


def damaged(name: str, make: Callable[[], bytes], path: str) -> Shown:
    return Shown(name, lambda: packed(parts_of(make()) | {path: b"<broken"}), f"its part {path} is damaged")
