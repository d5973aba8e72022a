"""A checked draft as HTML: the draft with a mark at each claim, what was found, and what to take away."""

from collections.abc import Iterable, Mapping, Sequence

from citeback.page.state.review.checked_draft import CheckedDraft, claim_ref
from citeback.page.state.review.saved_drafts import SavedDraft
from citeback.page.views.answers import notice_message
from citeback.page.views.forms import action_button, copy_button, field, form
from citeback.page.views.highlights import Highlight
from citeback.page.views.html import escape, tag
from citeback.page.views.known_texts import translated
from citeback.page.views.lookup import labelled
from citeback.page.views.markers import unchanged
from citeback.page.views.references import Reference, footnote
from citeback.page.views.review.sections import WHICH, introduction
from citeback.page.views.source_text import body
from citeback.page.views.speech import tr, tr_number
from citeback.rag.answer import Citation
from citeback.rag.drafts.checked_claim import CheckedClaim, ClaimVerdict
from citeback.rag.messages.catalogue import message
from citeback.wire.word.claim_comments import difference_text

TITLE = message("Check a draft")
INTRODUCTION = message(
    "Each sentence of your text is compared with the documents. "
    "You see which ones they support, and which ones they contradict by which words."
)
WAYS = (".md", ".txt", ".docx")
FILES = (
    ("docx", message("Word with comments")),
    ("docx?footnotes=true", message("Word with footnotes")),
    ("ris", "RIS"),
    ("csl", "CSL-JSON"),
    ("json", "JSON"),
)
PASTED = 200_000  # characters
LIVE = 60_000  # characters of a draft that is shown while it is checked
MARKS: Mapping[ClaimVerdict, tuple[str, str, str]] = {
    ClaimVerdict.SUPPORTED: ("supported", "✓", message("Supported")),
    ClaimVerdict.PARTLY: ("partly", "◐", message("Partly supported")),
    ClaimVerdict.CONTRADICTED: ("contradicted", "✕", message("Contradicted")),
    ClaimVerdict.NOT_SAID: ("not-said", "○", message("Not in the documents")),
}
COUNTED: Mapping[ClaimVerdict, str] = {
    ClaimVerdict.SUPPORTED: message("supported"),
    ClaimVerdict.PARTLY: message("partly supported"),
    ClaimVerdict.CONTRADICTED: message("contradicted"),
    ClaimVerdict.NOT_SAID: message("not in the documents"),
}
"""The verdicts after a number of sentences."""


def draft_form() -> str:
    """Return the form that takes a draft: as text, or as a file."""
    text = tag(
        "textarea",
        name="draft",
        rows=8,
        maxlength=PASTED,
        placeholder=tr("Paste your text"),
        aria_label=tr("Your text"),
        dir="auto",
    )
    where = labelled(tr("Against"), field("within", tr(WHICH)))
    go = tag("button", tr("Check"), type="submit", class_="go")
    made = form("check", tag("label", text), tag("div", where, go, class_="inline ask-for"))
    return tag("div", introduction(TITLE, INTRODUCTION), _drop(), made, class_="cb")


def _drop() -> str:
    """Return the drop zone for a draft; page/script/links.js uploads it to an address of its own."""
    chosen = tag(
        "input",
        type="file",
        accept=",".join(WAYS),
        data_event="bring",
        data_at="/drafts",
        aria_label=tr("Choose a draft"),
    )
    choose = tag("strong", tr("choose it"))
    words = tag("span", tr("Drop a Word, Markdown or text file here, or {choose}", choose=choose))
    return tag("label", chosen, words, class_="drop") + tag("output", class_="hint", role="status")


def saved_drafts(kept: Sequence[SavedDraft]) -> str:
    """Return the drafts that were checked before, or ""."""
    if not kept:
        return ""
    items = (_saved(each) for each in kept)
    return tag(
        "div",
        tag("h3", tr("Checked before")),
        tag("ul", *items, class_="saved"),
        class_="cb earlier",
    )


def _saved(one: SavedDraft) -> str:
    day = one.changed.partition("T")[0]
    opened = action_button("open", one.name, one.id, class_="name-of")
    label = tr("Delete the check of {name}", name=one.name)
    gone = action_button("delete", "×", one.id, class_="quiet", aria_label=label, title=label)
    return tag("li", opened, tag("span", escape(day), class_="facts"), gone)


def draft(now: CheckedDraft, running: bool = False, base: str = "") -> str:
    """Return a draft with its marks, below the counts; `base` is what permanent links begin with."""
    document = "" if running and len(now.source.text) > LIVE else _document(now)
    parts = (_progress(now) if running else _done(now, base), _summary(now), document)
    return tag("div", *parts, class_="cb checked", aria_busy="true" if running else "false")


def _progress(now: CheckedDraft) -> str:
    done = tag("progress", value=f"{now.share:.3f}", max="1", aria_label=tr("Checked so far"))
    return tag(
        "div",
        done,
        tag("span", tr("{share} checked", share=f"{now.share:.0%}"), class_="pace", role="status"),
        action_button("stop", tr("Stop")),
        class_="cb progress",
    )


def _done(now: CheckedDraft, base: str) -> str:
    stopped = (
        "" if now.complete else notice_message(tr("Stopped. The text after the last mark is not checked."))
    )
    ways = (
        action_button("new", tr("Another draft")),
        _copy(now, base),
        *((_download(now),) if now.id else ()),
    )
    return stopped + tag("div", tag("h2", escape(now.name), dir="auto"), *ways, class_="inline taking")


def _download(now: CheckedDraft) -> str:
    links = (
        tag("a", tr(name), href=f"/drafts/{now.id}.{suffix}", download="", class_="file")
        for suffix, name in FILES
    )
    menu = tag("details", tag("summary", tr("Download")), tag("span", *links), class_="formats")
    return tag("div", menu, class_="copies")


def _summary(now: CheckedDraft) -> str:
    counts = now.counts
    items = (
        tag(
            "li",
            tag("span", sign, class_=f"sign {kind}", aria_hidden="true"),
            " ",
            tag("strong", f"{counts[verdict]:,}"),
            f" {tr(COUNTED[verdict])}",
        )
        for verdict, (kind, sign, _) in MARKS.items()
        if counts.get(verdict)
    )
    against = tr_number(now.documents, "against {number} document", "against {number} documents")
    searched = tag("li", escape(against), class_="hint")
    return tag("ul", *items, searched, class_="verdicts", aria_label=tr("Verdicts"))


def _document(now: CheckedDraft) -> str:
    return tag("div", body(now.source, marks(now.claims)), class_="body draft-text")


def marks(claims: Iterable[CheckedClaim]) -> list[Highlight]:
    """Return a link over each claim."""
    return [
        Highlight(
            claim.span,
            ref=claim_ref(i),
            kind=f"claim {MARKS[claim.verdict][0]}",
            label=tr(MARKS[claim.verdict][2]),
        )
        for i, claim in enumerate(claims)
        if claim.verdict in MARKS
    ]


def claim_card(now: CheckedDraft, ref: str) -> str:
    """Return what was found about a claim, for the panel; "" if the link points to no claim."""
    claim = now.claim(ref)
    if claim is None or claim.verdict not in MARKS:
        return ""
    kind, sign, label = MARKS[claim.verdict]
    head = tag(
        "p", tag("span", sign, class_=f"sign {kind}", aria_hidden="true"), " ", tag("strong", tr(label))
    )
    said = tag("blockquote", unchanged(claim.text), dir="auto")
    why = (*map(difference_text, claim.differences), *claim.reasons)
    reasons = tag("ul", *(tag("li", escape(translated(each))) for each in why)) if why else ""
    i = now.claims.index(claim)
    others = [tag("a", f"{n + 1}", href=f"#{claim_ref(i, n)}") for n in range(len(claim.citations))]
    more = tag("p", tr("Places:"), " ", " ".join(others), class_="facts") if len(others) > 1 else ""
    return tag("div", head, said, reasons, more, class_=f"verdict-card {kind}")


def _copy(now: CheckedDraft, base: str) -> str:
    plain, rich = with_references(now, base)
    return copy_button(tr("Copy with references"), plain, data_rich=rich)


def with_references(now: CheckedDraft, base: str) -> tuple[str, str]:
    """Return the draft with numbers after supported claims and the references, as text and as HTML."""
    text, parts, at = now.source.text, list[str](), 0
    cited: dict[int, Citation] = {}
    for claim in now.claims:
        found = claim.citations if claim.verdict is ClaimVerdict.SUPPORTED else ()
        cited.update({each.n: each for each in found})
        numbers = "".join(f" [{each.n}]" for each in found)
        parts.append(text[at : claim.span.end] + numbers)
        at = claim.span.end
    parts.append(text[at:])
    listed = [(n, _reference(each, base)) for n, each in sorted(cited.items())]
    words = "".join(parts)
    plain = "\n\n".join((words.rstrip(), "\n".join(f"[{n}] {line}" for n, line in listed))).rstrip()
    paragraphs = (tag("p", escape(line)) for line in words.splitlines() if line.strip())
    notes = (tag("p", escape(f"[{n}] {line}")) for n, line in listed)
    return plain, "".join((*paragraphs, *notes))


def _reference(cited: Citation, base: str) -> str:
    one = Reference.of_citation(cited)
    return f"{footnote(one)} {base}{one.link}"
