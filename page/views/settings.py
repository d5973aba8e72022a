"""The user's settings as HTML, each explained in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from citeback.page.views.forms import choice, form
from citeback.page.views.html import escape, tag
from citeback.page.views.speech import tr
from citeback.rag.confidence import THRESHOLD, AnswerSettings, explain_threshold
from citeback.rag.messages.catalogue import LANGUAGES

PASSAGES = (3, 5, 10, 20)
CARE = (
    (0.8, "Strict", "Answers only if a sentence says exactly what was asked."),
    (THRESHOLD, "Balanced", "Answers if the documents are more likely than not to say it."),
    (0.3, "Generous", "Answers even when it is unsure."),
)
WRITTEN = "Written by"  # the fact that can be changed
STARTED, QUOTED = "started", "quoted"
WORD_FOR_WORD = "no chat model: sentences are quoted word for word"
THEMES = (("system", "Same as the system"), ("light", "Light"), ("dark", "Dark"))
KEYS = (
    ("/", "go to the question"),
    ("Enter", "ask; in “Find in document”, the next place"),
    ("Esc", "stop, or go back"),
    ("j k", "next and previous citation"),
)


def parse_settings(before: AnswerSettings, asked: Mapping[str, str]) -> AnswerSettings:
    """Return the settings after a form; values that are not offered change nothing."""
    threshold = next((t for t, _, _ in CARE if str(t) == asked.get("threshold")), before.threshold)
    passages = next((n for n in PASSAGES if str(n) == asked.get("passages")), before.passages)
    return replace(before, threshold=threshold, passages=passages)


def parse_writer(before: AnswerSettings, asked: Mapping[str, str], offered: Sequence[str]) -> AnswerSettings:
    """Return the settings after a choice of writer; a writer that is not offered changes nothing."""
    known = {STARTED: None, QUOTED: "", **{name: name for name in offered}}
    return replace(before, model=known.get(asked.get("model", ""), before.model))


def settings(now: AnswerSettings, saved: bool = False) -> str:
    """Return the settings form."""
    care = (_care(*each, chosen=now.threshold == each[0]) for each in CARE)
    number = choice("passages", "Passages", [(str(n), f"{n} passages") for n in PASSAGES], str(now.passages))
    asking = form(
        "settings",
        tag("fieldset", tag("legend", "How sure must an answer be?"), *care),
        tag("div", tag("span", "Passages that come with an answer or a refusal"), number, class_="line"),
        tag("div", tag("button", "Save", type="submit", class_="go"), _saved(saved), class_="line start"),
    )
    themes = (_radio("theme", value, words, checked=value == "system") for value, words in THEMES)
    look = tag("fieldset", tag("legend", "Appearance"), tag("div", *themes, class_="line start"))
    heading = tag("h2", "Settings")
    return tag("div", heading, asking, look, _list("Keys", KEYS, keys=True), class_="cb settings")


def language_form(chosen: str) -> str:
    """Return the choice of the language of the page; `chosen` is "" if it follows the browser."""
    label = tr("Language of the page")
    options = [("", tr("As the browser asks")), *LANGUAGES.items()]
    fields = tag("div", tag("span", label), choice("language", label, options, chosen), class_="line")
    use = tag("div", tag("button", tr("Use it"), type="submit"), class_="line start")
    return tag("div", form("language", fields, use), class_="cb settings")


def parse_language(asked: Mapping[str, str]) -> str:
    """Return the language in a form; "" for the browser's and for one that is not offered."""
    language = asked.get("language", "")
    return language if language in LANGUAGES else ""


def answering(
    facts: Mapping[str, str], offered: Sequence[str] = (), model: str | None = None, saved: bool = False
) -> str:
    """Return the facts about what answers, by name, and the choice of a writer.

    `offered` lists the available chat models; `model` is the chosen one, as in `AnswerSettings`.
    """
    rest = {name: value for name, value in facts.items() if name != WRITTEN}
    started = facts.get(WRITTEN, WORD_FOR_WORD)
    quoted = [(QUOTED, WORD_FOR_WORD)] if started != WORD_FOR_WORD else []
    gone = [model] if model and model not in offered else []
    options = [(STARTED, started), *quoted, *((name, name) for name in (*offered, *gone))]
    now = STARTED if model is None or (model == "" and not quoted) else model or QUOTED
    use = tag("button", "Use it", type="submit") if len(options) > 1 else ""
    writing = form(
        "write",
        tag("div", tag("span", WRITTEN), choice("model", WRITTEN, options, now), class_="line"),
        tag("p", escape(_advice(len(options))), class_="hint"),
        tag("div", use, _saved(saved), class_="line start"),
    )
    what = tag("section", tag("h3", "Who writes the answer"), writing)
    return tag("div", what, _list("Who answers", rest.items()), class_="cb settings")


def _advice(options: int) -> str:
    checked = "Every sentence that a chat model writes is checked against the words it cites."
    if options > 1:
        return checked
    return f"{checked} A server on this computer (Ollama, LM Studio, llama.cpp) is found when it runs."


def _saved(saved: bool) -> str:
    return (
        tag("span", "Saved. It applies from the next question on.", role="status", class_="hint")
        if saved
        else ""
    )


def _care(threshold: float, name: str, lead: str, chosen: bool) -> str:
    words = tag("span", tag("strong", name), tag("span", escape(f"{lead} {explain_threshold(threshold)}")))
    return _radio("threshold", str(threshold), "", chosen, words)


def _radio(name: str, value: str, words: str, checked: bool, inside: str = "") -> str:
    now = {"checked": ""} if checked else {}
    return tag(
        "label",
        tag("input", type="radio", name=name, value=value, **now),
        inside or tag("span", escape(words)),
    )


def _list(heading: str, rows: Iterable[tuple[str, str]], keys: bool = False) -> str:
    name = "kbd" if keys else "span"
    items = (tag("dt", tag(name, escape(term))) + tag("dd", escape(text)) for term, text in rows)
    return tag("section", tag("h3", heading), tag("dl", *items))
