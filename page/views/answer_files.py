"""What an answer can be taken away as: copied with its references, or as a file."""

from dataclasses import replace

from citeback.page.state.exchange import Exchange
from citeback.page.views import references
from citeback.page.views.computed_words import said_sentence
from citeback.page.views.forms import copy_button
from citeback.page.views.html import escape, tag
from citeback.page.views.references import Reference
from citeback.page.views.speech import tr
from citeback.rag.answer import with_markers

FILES = (("docx", "Word"), ("ris", "RIS"), ("csl", "CSL-JSON"), ("md", "Markdown"))


def downloads(i: int, key: str) -> str:
    """Return the menu of files that an answer of a saved conversation is written as."""
    links = (
        tag("a", name, href=f"/conversations/{key}.{suffix}?answer={i}", download="", class_="file")
        for suffix, name in FILES
    )
    menu = tag("details", tag("summary", tr("Download")), tag("span", *links), class_="formats")
    return tag("div", menu, class_="copies")


def copy_answer(one: Exchange) -> str:
    """Return the button that copies an answer with its numbered references."""
    text = " ".join(with_markers(replace(each, text=said_sentence(each))) for each in one.sentences)
    titles = {each.document: each.title for each in one.passages}
    cited = [(c.n, Reference.of_citation(c, titles.get(c.document, ""))) for c in one.citations]
    plain = f"{text}\n\n{references.joined(cited)}"
    rich = tag("p", escape(text)) + references.rich_list(cited)
    return tag(
        "p",
        copy_button(tr("Copy"), plain, tr("Copy the answer with its sources"), data_rich=rich),
        class_="copies",
    )
