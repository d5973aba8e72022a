"""A small file for each phrase of the manual's table of formats, and the words that are in it."""

from collections.abc import Mapping
from types import MappingProxyType

from shown_archives import ARCHIVES
from shown_documents import DOCUMENTS
from shown_file import Shown
from shown_letters import LETTERS
from shown_opendocument import OPENDOCUMENT
from shown_pages import PAGES
from shown_pdfs import PDFS
from shown_pictures import PICTURES
from shown_sheets import SHEETS
from shown_slides import SLIDES
from shown_texts import TEXTS

__all__ = ["SHOWN", "Shown"]

SHOWN: Mapping[tuple[str, str, str], Shown] = MappingProxyType(
    {
        **TEXTS,
        **PAGES,
        **PDFS,
        **DOCUMENTS,
        **SLIDES,
        **SHEETS,
        **OPENDOCUMENT,
        **LETTERS,
        **ARCHIVES,
        **PICTURES,
    }
)
"""Files by format, column and phrase of the table."""
