"""What a reader of the page can do about an error: on the page, not in a terminal."""

from citeback.index.errors import (
    AccessDenied,
    ChatError,
    CitebackError,
    DamagedGeneration,
    NoGeneration,
    OutdatedFormat,
    StoreLocked,
    UnknownDocument,
    WriteError,
)
from citeback.page.views.known_texts import translated
from citeback.page.views.speech import tr
from citeback.rag.messages.catalogue import message

CHOOSE_WRITER = message("Choose under Settings who writes the answers.")
_STEPS: tuple[tuple[type[CitebackError], str], ...] = (
    (NoGeneration, message("Add documents or a folder under Documents.")),
    (UnknownDocument, message("Look for it under Documents; it may have been renamed or deleted.")),
    (DamagedGeneration, message("Update the index under Documents.")),
    (OutdatedFormat, message("Update the index under Documents.")),
    (StoreLocked, message("Try again in a moment.")),
    (WriteError, message("Free some space on the disk, then update the index under Documents.")),
    (ChatError, CHOOSE_WRITER),
    (AccessDenied, ""),
)
_COMMANDS = ("citeback ", "pip ", "python ", "chmod ", "ollama ")
OPERATOR = message("Whoever runs this page can mend it:")


def page_remedy(error: CitebackError) -> tuple[str, str]:
    """Return the next step on the page, and the command that only whoever runs the page can type, or "".

    >>> page_remedy(NoGeneration("Nothing is indexed.", "citeback index FOLDER"))
    ('Add documents or a folder under Documents.', '')
    >>> page_remedy(CitebackError("The model is missing.", "pip install it"))
    ('Whoever runs this page can mend it:', 'pip install it')
    """
    for kind, step in _STEPS:
        if isinstance(error, kind):
            return tr(step) if step else "", ""
    if any(command in f"{error.remedy} " for command in _COMMANDS):
        return tr(OPERATOR), error.remedy
    remedy = translated(error.remedy)
    return (f"{remedy[:1].upper()}{remedy[1:]}." if remedy else ""), ""
