"""Access to the parts of Office Open XML packages by their relationships.

Office programs open packages that stricter libraries refuse: with dangling relationships, macros, Strict
namespaces or unnamed styles. Here, only the parts that are needed must be readable, and missing ones count as
absent.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from citeback.index.errors import ReadError
from citeback.index.readers.common import zip_package
from citeback.index.records import UnreadPart

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# Strict Open XML (ISO/IEC 29500) uses namespaces of its own for the same elements.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/officeDocument/",
        b"http://schemas.openxmlformats.org/officeDocument/2006/",
    ),
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/presentationml/main",
        b"http://schemas.openxmlformats.org/presentationml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)


@dataclass(frozen=True, slots=True)
class RelatedPart:
    """The target of a relationship: its id, its kind (the last part of its type) and its path."""

    key: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class PackageParts:
    """The parts of an open package; `damaged` collects the paths of those that could not be read."""

    archive: zipfile.ZipFile
    names: frozenset[str] = field(default_factory=frozenset)
    damaged: dict[str, None] = field(default_factory=dict)

    @classmethod
    def of(cls, archive: zipfile.ZipFile) -> "PackageParts":
        """Return the parts of an archive."""
        return cls(archive, frozenset(archive.namelist()))

    def main(self) -> str:
        """Return the path of the main document part. Raises ReadError if there is none."""
        result = next((each.path for each in self.related("") if each.kind == "officeDocument"), "")
        if not result:
            raise ReadError("damaged: the package names no document")
        return result

    def related(self, path: str, *kinds: str) -> Iterator[RelatedPart]:
        """Yield the parts that a part ("" for the package) refers to, of the given kinds or of all."""
        folder, _, name = path.rpartition("/")
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self.names:
            return
        for each in self.tree(relations).iter(_RELATIONS):
            kind = (each.get("Type") or "").rpartition("/")[2]
            target = (each.get("Target") or "").split("#")[0]
            if each.get("TargetMode") == "External" or not target or (kinds and kind not in kinds):
                continue
            at = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            at = posixpath.normpath(at)
            if at in self.names:
                yield RelatedPart(key=each.get("Id") or "", kind=kind, path=at)

    def main_tree(self) -> etree._Element:
        """Parse the main document part. Raises ReadError if it is not XML."""
        return zip_package.tree(transitional(self.bytes(self.main())))

    def tree(self, path: str) -> etree._Element:
        """Parse an XML part; a damaged one is noted, and an empty element returned in its place."""
        try:
            return zip_package.tree(transitional(self.bytes(path)))
        except ReadError:
            self.damaged[path] = None
            return etree.Element("damaged")

    def unread(self) -> tuple[UnreadPart, ...]:
        """Return the parts that could not be read so far."""
        return tuple(UnreadPart(path, f"its part {path[:200]} is damaged") for path in self.damaged)

    def require_text(self, text: str) -> None:
        """Raise ReadError if there is no text and a damaged part may be the reason."""
        if self.damaged and not text.strip():
            raise ReadError(f"damaged: its part {next(iter(self.damaged))[:200]} cannot be read")

    def bytes(self, path: str) -> bytes:
        """Return the bytes of a part. Raises ReadError if it is missing or damaged."""
        return zip_package.part(self.archive, path)


def transitional(data: bytes) -> bytes:
    """Replace Strict namespaces in XML with the common (transitional) ones."""
    if b"purl.oclc.org/ooxml" in data:
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
    return data
