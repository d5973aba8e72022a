"""Files with the same bytes: one of them is indexed, for all. Must never know how they were read.

The one whose name comes first: whatever the order in which files came, the same folder gives the same index.
"""

from collections.abc import Iterable
from dataclasses import replace

from index.records import Document


def marked(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Return the documents by name, each copy with the name of the one that is indexed for it.

    Bytes that are read in two ways (`a.txt` and `a.md`) are two documents.
    """
    originals: dict[tuple[str, str], str] = {}
    found: list[Document] = []
    for document in sorted(documents, key=lambda document: document.name):
        original = originals.setdefault((document.sha256, document.kind), document.name)
        copy_of = original if original != document.name else ""
        found.append(document if document.copy_of == copy_of else replace(document, copy_of=copy_of))
    return tuple(found)
