"""Links to whole documents on the page: short names that are safe in an address and in a selector."""

import re
from collections.abc import Sequence
from hashlib import sha256

from citeback.index.records import Document, Span
from citeback.page.state.exchange import CitedPlace

_REF = re.compile(r"document-[0-9a-f]{24}")
_BEGINNING = Span(0, 0)


def document_ref(name: str) -> str:
    """Return the link to a document.

    >>> document_ref("a b.md")
    'document-10ad72d813cafad8a8fd52cb'
    """
    return f"document-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"


def find_document(documents: Sequence[Document], ref: str) -> CitedPlace | None:
    """Return the beginning of the document that a link points to, or None. `ref` is untrusted."""
    if not _REF.fullmatch(ref):
        return None
    name = next((each.name for each in documents if document_ref(each.name) == ref), None)
    return None if name is None else CitedPlace(ref=ref, document=name, span=_BEGINNING, quote="")
