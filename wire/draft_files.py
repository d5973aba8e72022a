"""A checked draft to take away: as a Word document with comments or footnotes, as JSON or as references."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from citeback.wire.drafts import checked_draft
from citeback.wire.reference_formats import MEDIA_TYPES, ReferenceFormat, claim_references, unknown_source
from citeback.wire.responses import dumps
from citeback.wire.word.claim_comments import commented_draft, draft_document
from citeback.wire.word.footnoted_draft import footnoted_draft
from citeback.wire.word.package import MEDIA_TYPE

if TYPE_CHECKING:
    from citeback.index.records import Source
    from citeback.rag.drafts.checked_claim import CheckedClaim

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "docx": MEDIA_TYPE,
        "footnotes": MEDIA_TYPE,
        "json": "application/json",
        "ris": MEDIA_TYPES[ReferenceFormat.RIS],
        "csl": MEDIA_TYPES[ReferenceFormat.CSL],
    }
)
"""Media types, by format."""


def draft_file(
    form: str,
    draft: "Source",
    claims: Sequence["CheckedClaim"],
    source: "Callable[[str], Source]" = unknown_source,
    base: str = "",
    word: bytes = b"",
    documents: int = 0,
) -> bytes:
    """Return a checked draft in one of `FORMATS`; `base` is the address that permanent links begin with.

    `word` are the bytes of a Word draft, which comes back with comments. `source` returns what is known of a
    cited document, for references, and `documents` is how many were searched. Raises SettingsError if `word`
    cannot be opened.
    """
    match form:
        case "ris" | "csl":
            return claim_references(ReferenceFormat(form), claims, source, base).encode("utf-8", "replace")
        case "json":
            return dumps(checked_draft(claims, documents)) + b"\n"
        case "footnotes":
            return footnoted_draft(draft, claims, base)
        case _:
            return commented_draft(word, claims, base) if word else draft_document(draft, claims, base)
