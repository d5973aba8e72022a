"""Formats that are not read, with advice for users."""

from collections.abc import Mapping
from types import MappingProxyType

from citeback.index.readers.sniff import PICTURES

_OLD = "an Office file from before 2007: install LibreOffice, or save it as"
_DATA_FILE = "an Outlook data file: export its folders as .mbox, or its messages as .eml or .msg"
_TNEF = "files packed by Outlook (winmail.dat): ask the sender for the files themselves"
_KEYNOTE = "a presentation of Apple Keynote: export it as .pptx or PDF"

UNREAD: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys((".doc", ".dot"), f"{_OLD} .docx"),
        **dict.fromkeys((".xls", ".xlt"), f"{_OLD} .xlsx"),
        **dict.fromkeys((".ppt", ".pps", ".pot"), f"{_OLD} .pptx"),
        ".xlsb": "a binary workbook: save it as .xlsx",
        **dict.fromkeys((".fodt", ".fods", ".fodp"), "flat OpenDocument: save it as .odt, .ods or .odp"),
        ".odg": "a drawing: export it as PDF",
        ".pages": "a document of Apple Pages: export it as .docx or PDF",
        ".numbers": "a workbook of Apple Numbers: export it as .xlsx",
        ".key": _KEYNOTE,
        **dict.fromkeys((".pst", ".ost"), _DATA_FILE),
        ".emlx": "a message of Apple Mail: save it as .eml",
        ".tnef": _TNEF,
        **dict.fromkeys((".p7m", ".p7c"), "an encrypted or signed message (S/MIME): save what it holds"),
        **dict.fromkeys((".pgp", ".gpg", ".asc"), "encrypted or signed (PGP): save what it holds"),
        ".one": "a notebook of OneNote: export it as PDF or .docx",
        **dict.fromkeys((".pub", ".vsd", ".vsdx", ".mpp"), "a file of Microsoft Office: export it as PDF"),
        ".wpd": "a document of WordPerfect: save it as .docx",
        **dict.fromkeys((".mobi", ".azw", ".azw3", ".kfx"), "an e-book for Kindle: convert it to .epub"),
        **dict.fromkeys((".djvu", ".xps", ".oxps", ".ps", ".eps"), "pages for print: convert them to PDF"),
        **dict.fromkeys((".accdb", ".mdb", ".sqlite", ".dbf"), "a database: export its tables as .csv"),
        **dict.fromkeys((".parquet", ".feather", ".sav", ".dta"), "data in binary form: export it as .csv"),
        **dict.fromkeys(PICTURES, "a picture"),
        **dict.fromkeys((".heic", ".heif", ".avif"), "a picture: save it as .jpg"),
        ".svg": "a drawing",
        **dict.fromkeys(
            (".mp3", ".m4a", ".wav", ".ogg", ".flac", ".mp4", ".mov", ".avi", ".mkv"), "sound or film"
        ),
        **dict.fromkeys((".7z", ".rar"), "an archive of a kind that is not opened"),
    }
)
"""Maps suffixes (lower case, with the dot) to descriptions for users."""
