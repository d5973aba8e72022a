"""The user's settings as HTML, each explained in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from citeback.page.views.forms import choice, form
from citeback.page.views.html import escape, tag
from citeback.page.views.known_texts import translated
from citeback.page.views.speech import tr, tr_number
from citeback.rag.confidence import THRESHOLD, AnswerSettings, explain_threshold
from citeback.rag.messages.catalogue import LANGUAGES, message

PASSAGES = (3, 5, 10, 20)
CARE = (
    (0.8, message("Strict"), message("Answers only if a sentence says exactly what was asked.")),
    (
        THRESHOLD,
        message("Balanced"),
        message("Answers if the documents are more likely than not to say it."),
    ),
    (0.3, message("Generous"), message("Answers even when it is unsure.")),
)
WRITTEN = message("Written by")  # the fact that can be changed
STARTED, QUOTED = "started", "quoted"
WORD_FOR_WORD = message("no chat model: sentences are quoted word for word")
THEMES = (("system", message("Same as the system")), ("light", message("Light")), ("dark", message("Dark")))
KEYS = (
    ("/", message("go to the question")),
    (message("Enter"), message("ask; in “Find in document”, the next place")),
    (message("Esc"), message("stop, or go back")),
    ("j k", message("next and previous citation")),
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
    counts = [(str(n), tr_number(n, "{number} passage", "{number} passages")) for n in PASSAGES]
    number = choice("passages", tr("Passages"), counts, str(now.passages))
    asking = form(
        "settings",
        tag("fieldset", tag("legend", tr("How sure must an answer be?")), *care),
        tag("div", tag("span", tr("Passages that come with an answer or a refusal")), number, class_="line"),
        tag("div", tag("button", tr("Save"), type="submit", class_="go"), _saved(saved), class_="line start"),
    )
    themes = (_radio("theme", value, tr(words), checked=value == "system") for value, words in THEMES)
    look = tag("fieldset", tag("legend", tr("Appearance")), tag("div", *themes, class_="line start"))
    keys = ((tr(name) if name.isalpha() else name, tr(words)) for name, words in KEYS)
    heading = tag("h2", tr("Settings"))
    return tag("div", heading, asking, look, _list(tr("Keys"), keys, keys=True), class_="cb settings")


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
    rest = ((translated(name), translated(value)) for name, value in facts.items() if name != WRITTEN)
    started = facts.get(WRITTEN, WORD_FOR_WORD)
    quoted = [(QUOTED, tr(WORD_FOR_WORD))] if started != WORD_FOR_WORD else []
    gone = [model] if model and model not in offered else []
    options = [
        (STARTED, tr(started) if started == WORD_FOR_WORD else started),
        *quoted,
        *((name, name) for name in (*offered, *gone)),
    ]
    now = STARTED if model is None or (model == "" and not quoted) else model or QUOTED
    use = tag("button", tr("Use it"), type="submit") if len(options) > 1 else ""
    writing = form(
        "write",
        tag("div", tag("span", tr(WRITTEN)), choice("model", tr(WRITTEN), options, now), class_="line"),
        tag("p", escape(_advice(len(options))), class_="hint"),
        tag("div", use, _saved(saved), class_="line start"),
    )
    what = tag("section", tag("h3", tr("Who writes the answer")), writing)
    return tag("div", what, _list(tr("Who answers"), rest), class_="cb settings")


def _advice(options: int) -> str:
    checked = tr("Every sentence that a chat model writes is checked against the words it cites.")
    if options > 1:
        return checked
    servers = tr("A server on this computer (Ollama, LM Studio, llama.cpp) is found when it runs.")
    return f"{checked} {servers}"


def _saved(saved: bool) -> str:
    return (
        tag("span", tr("Saved. It applies from the next question on."), role="status", class_="hint")
        if saved
        else ""
    )


def _care(threshold: float, name: str, lead: str, chosen: bool) -> str:
    meaning = f"{tr(lead)} {translated(explain_threshold(threshold))}"
    words = tag("span", tag("strong", tr(name)), tag("span", escape(meaning)))
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
