"""What whoever asks may set, with its meaning in words, as HTML. Must never know Gradio or how it is used."""

from collections.abc import Iterable, Mapping

from page.forms import choice, form
from page.tags import tag, text
from rag.confidence import THRESHOLD, Care

PASSAGES = (3, 5, 10, 20)
CARE = (
    (0.8, "Strict", "Answers only when it is very sure; says more often that the documents do not say."),
    (THRESHOLD, "Balanced", "Answers when it is more likely than not that the documents say it."),
    (0.2, "Generous", "Answers when it is unsure as well: more answers, more of them beside the point."),
)
THEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
KEYS = (
    ("/", "to the question"),
    ("Enter", "ask; in “Find in document”, the next place"),
    ("Esc", "stop, or go back"),
    ("j k", "next and previous citation"),
)


def chosen(before: Care, asked: Mapping[str, str]) -> Care:
    """Return what a form sets; what is not one of the choices changes nothing."""
    threshold = next((t for t, _, _ in CARE if str(t) == asked.get("threshold")), before.threshold)
    passages = next((n for n in PASSAGES if str(n) == asked.get("passages")), before.passages)
    return Care(threshold, passages)


def settings(now: Care, saved: bool = False) -> str:
    """Return the settings."""
    care = (_care(*each, chosen=now.threshold == each[0]) for each in CARE)
    number = choice("passages", "Passages", [(str(n), f"{n} passages") for n in PASSAGES], str(now.passages))
    asking = form(
        "settings",
        tag("fieldset", tag("legend", "When the documents say it only in part"), *care),
        tag("div", tag("span", "Passages that come with an answer or a refusal"), number, class_="line"),
        tag("div", tag("button", "Save", type="submit", class_="go"), _saved(saved), class_="line start"),
    )
    themes = (_radio("theme", value, words, checked=value == "system") for value, words in THEMES)
    look = tag("fieldset", tag("legend", "Light and dark"), tag("div", *themes, class_="line start"))
    return tag(
        "div",
        tag("h2", "Settings"),
        asking,
        look,
        _list("Keys", KEYS, keys=True),
        class_="cb settings",
    )


def answering(facts: Mapping[str, str]) -> str:
    """Return the facts about what answers (name: value)."""
    return tag("div", _list("What answers", facts.items()), class_="cb settings")


def _saved(saved: bool) -> str:
    return (
        tag("span", "Saved. It counts for the next question.", role="status", class_="hint") if saved else ""
    )


def _care(threshold: float, name: str, meaning: str, chosen: bool) -> str:
    words = tag("span", tag("strong", name), tag("span", text(meaning)))
    return _radio("threshold", str(threshold), "", chosen, words)


def _radio(name: str, value: str, words: str, checked: bool, inside: str = "") -> str:
    now = {"checked": ""} if checked else {}
    return tag(
        "label", tag("input", type="radio", name=name, value=value, **now), inside or tag("span", text(words))
    )


def _list(heading: str, rows: Iterable[tuple[str, str]], keys: bool = False) -> str:
    name = "kbd" if keys else "span"
    items = (tag("dt", tag(name, text(term))) + tag("dd", text(meaning)) for term, meaning in rows)
    return tag("section", tag("h3", heading), tag("dl", *items))
