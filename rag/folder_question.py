"""Questions about the folder as a whole: what it holds, and how many documents are in a language.

The reply names some of the documents.
"""

import re
from collections.abc import Sequence

from citeback.index.generations.protocols import Searchable
from citeback.index.languages import ENGLISH, NAMES, name_of
from citeback.index.search.filters import Filter
from citeback.rag.folder_contents import dates_sentence, documents_in, kinds_sentence, languages_sentence
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
_IN_LANGUAGE = {
    "en": r"(?:how many|which)(?: of the(?:se)?| of my)? (?:documents|files|texts)"
    r"(?: are(?: there)?)?(?: written)? in (?P<name>\w+)",
    "de": r"(?:wie viele|welche) (?:dokumente|dateien|texte|unterlagen) (?:sind|gibt es)"
    r" (?:auf|in) (?P<name>\w+)(?: geschrieben| verfasst)?",
    "fr": r"(?:combien de|quels) (?:documents|fichiers|textes) sont (?:écrits |rédigés )?en (?P<name>\w+)",
    "es": r"(?:cuántos|qué) (?:documentos|archivos|textos) (?:están|hay) (?:escritos )?en (?P<name>\w+)",
}
_LANGUAGE_PATTERNS = {language: re.compile(pattern) for language, pattern in _IN_LANGUAGE.items()}
_PATTERNS = {language: re.compile(pattern) for language, pattern in _ASKED.items()}


def folder_language(question: str) -> str:
    """Return the language of a question that asks which documents there are; "" for any other question.

    >>> folder_language("Was ist in diesem Ordner?"), folder_language("What is in the receipt?")
    ('de', '')
    """
    asked = _plain(question)
    return next((language for language, pattern in _PATTERNS.items() if pattern.fullmatch(asked)), "")


def folder_answer(generation: Searchable, within: Filter, question: str) -> str:
    """Return the reply to a question about the folder as a whole, "" to any other question."""
    if language := folder_language(question):
        return folder_reply(generation, within, language)
    language, wanted = language_asked(question)
    return _count_in_language(generation, within, language, wanted) if wanted else ""


def language_asked(question: str) -> tuple[str, str]:
    """Return the language of a question that asks which documents are in a language, and that language.

    >>> language_asked("How many documents are in German?"), language_asked("How many files are in use?")
    (('en', 'de'), ('', ''))
    """
    asked = _plain(question)
    for language, pattern in _LANGUAGE_PATTERNS.items():
        if match := pattern.fullmatch(asked):
            for wanted in NAMES:
                if say(name_of(wanted), language).casefold() == match["name"]:
                    return language, wanted
    return "", ""


def folder_reply(generation: Searchable, within: Filter, language: str = ENGLISH) -> str:
    """Return the number of documents, the names of some, their kinds, dates and languages, in a language."""
    documents = [document for document in generation.documents if within.allows(document)]
    names = [document.name for document in documents]
    if not names:
        return say(NOTHING, language)
    many = say_number(len(names), "One document can be asked:", "{number} documents can be asked:", language)
    sentences = [f"{many} {_named(generation, names, language)}."]
    if len(names) > 1:
        sentences += [
            kinds_sentence(documents, language),
            dates_sentence(documents, language),
            languages_sentence(generation, documents, language),
        ]
    return " ".join(filter(None, sentences))


def _count_in_language(generation: Searchable, within: Filter, language: str, wanted: str) -> str:
    names = [document.name for document in generation.documents if within.allows(document)]
    found = documents_in(generation, names, wanted)
    own = say(name_of(wanted), language)
    if not found:
        return say("None of {all} documents is in {name}.", language, all=len(names), name=own)
    reply = say_number(
        len(found),
        "One of {all} documents is in {name}:",
        "{number} of {all} documents are in {name}:",
        language,
        all=len(names),
        name=own,
    )
    return f"{reply} {_named(generation, found, language)}."


def _named(generation: Searchable, names: Sequence[str], language: str) -> str:
    """Return the titles of the first documents, and how many more there are."""
    shown = "; ".join(_title(generation, name) for name in names[:NAMED])
    left = len(names) - NAMED
    rest = say_number(left, "and one more", "and {number} more", language) if left > 0 else ""
    return f"{shown}{'; ' if rest else ''}{rest}"


def _plain(question: str) -> str:
    return " ".join(question.casefold().split()).strip(" ¿?.!")


def _title(generation: Searchable, name: str) -> str:
    title = " ".join((generation.document(name).title or name).split())
    return f"{title[:LONGEST]}…" if len(title) > LONGEST else title
