"""Files after faults that users of readers reported, by name."""

from collections.abc import Mapping

from reported_file import Reported
from reported_messages import MESSAGES
from reported_office import OFFICE
from reported_pages import PAGES
from reported_pdfs import PDFS
from reported_sheets import SHEETS
from reported_texts import TEXTS

REPORTED: Mapping[str, Reported] = {**OFFICE, **SHEETS, **PDFS, **PAGES, **MESSAGES, **TEXTS}
