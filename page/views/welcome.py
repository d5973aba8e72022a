"""The page before the first question: what to ask, what to open, or how to add the first documents."""

from collections.abc import Sequence

from citeback.index.records import Document
from citeback.page.state.document_refs import document_ref
from citeback.page.views.answers import suggestions
from citeback.page.views.documents import add_folder_fields, drop_zone
from citeback.page.views.forms import form
from citeback.page.views.html import document_label, escape, tag
from citeback.page.views.speech import tr, tr_number
from citeback.rag.messages.catalogue import message

EMPTY = message("There are no documents yet. Whoever runs this page can add some.")


def welcome(documents: int) -> str:
    """Return the content of the chat before the first question."""
    promise = tr_number(
        documents,
        "Answers come from {number} document. Every sentence shows the words it comes from.",
        "Answers come from {number} documents. Every sentence shows the words it comes from.",
    )
    return tag("div", tag("h2", tr("Ask your documents")), tag("p", promise), class_="welcome")


def first_documents(edits: bool, folders: bool, place: str) -> str:
    """Return the card that adds the first documents.

    `edits` and `folders` say what the user may add, and `place` is the folder that dropped files go to.
    """
    if not edits:
        return tag("div", tag("h2", tr("Nothing to ask yet")), tag("p", tr(EMPTY)), class_="welcome")
    lead = tr(
        "Citeback reads them at once, on this computer. Then ask: every answer shows the words it comes from."
    )
    copied = (
        tag("p", tr("Files are copied into {place}.", place=tag("code", escape(place))), class_="hint")
        if place
        else ""
    )
    chosen = (
        form("include", add_folder_fields(), data_event="bring", class_="inline")
        + tag("p", tr("A folder stays where it is, and its files are not changed."), class_="hint")
        if folders
        else ""
    )
    card = tag("div", drop_zone("bring"), copied, chosen, class_="first")
    return tag("div", tag("h2", tr("Add your documents")), tag("p", lead), card, class_="welcome")


def starters(questions: Sequence[str], recent: Sequence[Document]) -> str:
    """Return the latest documents to open and, below them, suggested questions.

    The documents are there at once and the questions some seconds later, so that nothing is moved by them.
    """
    if not recent:
        return tag("div", class_="cb starters")
    lead = tag("p", tr("The latest documents:"), class_="hint")
    opened = tag("ul", *map(_recent, recent), class_="recent")
    return tag("div", lead, opened, suggestions(questions) if questions else "", class_="cb starters")


def _recent(document: Document) -> str:
    shown = document_label(document.title, document.name)
    opened = tag(
        "a",
        escape(shown),
        class_="suggestion",
        href=f"#{document_ref(document.name)}",
        title=document.name,
        dir="auto",
    )
    return tag("li", opened)
