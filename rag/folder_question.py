"""Questions about the folder as a whole: which documents it holds. The reply names some of them."""

import re

from citeback.index.generations.protocols import Searchable
from citeback.index.languages import ENGLISH
from citeback.index.search.filters import Filter
from citeback.rag.messages.catalogue import message, say, say_number

NAMED = 5  # documents that are named
LONGEST = 80  # characters of a title
NOTHING = message("There are no documents.")
_ASKED = {
    "en": r"(?:what|which documents?)(?:['’]?s| is| are)(?: there)? in (?:this|the whole|my|our) folder"
    r"|(?:what|which) (?:documents|files) (?:are there|are in this folder|do you (?:have|know))"
    r"|what can i ask(?: you)?(?: about)?"
    r"|what (?:are|is) (?:these|the|my|our|all these|this) (?:documents|files|folder) about"
    r"|(?:please )?(?:give me |show me )?an overview"
    r"(?: of (?:the|this|these|my|our) (?:folder|documents|files))?",
    "de": r"was (?:ist|steht|befindet sich|liegt) (?:hier |alles )?in (?:diesem|dem|meinem|unserem) ordner"
    r"|was enthält (?:dieser|der|mein|unser) ordner"
    r"|welche (?:dokumente|dateien|unterlagen) (?:gibt es(?: hier)?|hast du|haben sie|kennst du|kennen sie"
    r"|sind (?:hier|in diesem ordner|in dem ordner|im ordner))"
    r"|was (?:ist|steht|liegt) (?:alles )?im ordner|was kann ich (?:dich |sie )?(?:alles )?fragen",
    "fr": r"qu['’](?:y a-t-il|est-ce qu['’]il y a) dans (?:ce|le|mon|notre) dossier"
    r"|que contient (?:ce|le|mon|notre) dossier"
    r"|quels (?:documents|fichiers) (?:y a-t-il(?: ici| dans ce dossier)?|as-tu|avez-vous"
    r"|sont dans ce dossier|contient ce dossier)"
    r"|quels sont les (?:documents|fichiers)(?: de ce dossier)?|que puis-je (?:te |vous )?demander",
    "es": r"qué hay en (?:esta|la|mi|nuestra) carpeta|qué contiene (?:esta|la|mi|nuestra) carpeta"
    r"|qué (?:documentos|archivos|ficheros) (?:hay(?: aquí| en esta carpeta)?|tienes|tiene|conoces"
    r"|contiene esta carpeta)"
    r"|qué puedo preguntar(?:te|le)?",
}
_PATTERNS = {language: re.compile(pattern) for language, pattern in _ASKED.items()}


def folder_language(question: str) -> str:
    """Return the language of a question that asks which documents there are; "" for any other question.

    >>> folder_language("Was ist in diesem Ordner?"), folder_language("What is in the receipt?")
    ('de', '')
    """
    asked = " ".join(question.casefold().split()).strip(" ¿?.!")
    return next((language for language, pattern in _PATTERNS.items() if pattern.fullmatch(asked)), "")


def folder_reply(generation: Searchable, within: Filter, language: str = ENGLISH) -> str:
    """Return the number of documents, with the names of some, in a language."""
    names = [document.name for document in generation.documents if within.allows(document)]
    if not names:
        return say(NOTHING, language)
    many = say_number(len(names), "One document can be asked:", "{number} documents can be asked:", language)
    shown = "; ".join(_title(generation, name) for name in names[:NAMED])
    left = len(names) - NAMED
    rest = say_number(left, "and one more", "and {number} more", language) if left > 0 else ""
    return f"{many} {shown}{'; ' if rest else ''}{rest}."


def _title(generation: Searchable, name: str) -> str:
    title = " ".join((generation.document(name).title or name).split())
    return f"{title[:LONGEST]}…" if len(title) > LONGEST else title
