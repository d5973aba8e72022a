"""Exact duplicates: of files with the same bytes, one is indexed for all.

The one whose name sorts first is indexed, so the result does not depend on the order in which files are read.
"""

from collections.abc import Iterable
from dataclasses import replace

from citeback.index.records import Document


def mark_duplicates(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Return the documents sorted by name, each duplicate marked with the name of its original.

    Files with the same bytes but of different kinds (`a.txt` and `a.md`) are different documents.
    """
    originals: dict[tuple[str, str], str] = {}
    results: list[Document] = []
    for document in sorted(documents, key=lambda document: document.name):
        original = originals.setdefault((document.sha256, document.kind), document.name)
        copy_of = original if original != document.name else ""
        results.append(document if document.copy_of == copy_of else replace(document, copy_of=copy_of))
    return tuple(results)
