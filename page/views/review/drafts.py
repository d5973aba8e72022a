"""A checked draft as HTML: the draft with a mark at each claim, what was found, and what to take away."""

from collections.abc import Iterable, Mapping, Sequence

from citeback.page.state.review.checked_draft import CheckedDraft, claim_ref
from citeback.page.state.review.saved_drafts import SavedDraft
from citeback.page.views.answers import notice_message
from citeback.page.views.forms import action_button, copy_button, field, form
from citeback.page.views.highlights import Highlight
from citeback.page.views.html import count_noun, escape, tag
from citeback.page.views.lookup import labelled
from citeback.page.views.markers import unchanged
from citeback.page.views.references import Reference, footnote
from citeback.page.views.review.sections import introduction
from citeback.page.views.source_text import body
from citeback.rag.answer import Citation
from citeback.rag.drafts.checked_claim import CheckedClaim, ClaimVerdict
from citeback.wire.word.claim_comments import difference_text

INTRODUCTION = (
    "Each sentence of your text is compared with the documents. "
    "You see which ones they support, and which ones they contradict by which words."
)
WAYS = (".md", ".txt", ".docx")
FILES = (
    ("docx", "Word with comments"),
    ("docx?footnotes=true", "Word with footnotes"),
    ("ris", "RIS"),
    ("csl", "CSL-JSON"),
    ("json", "JSON"),
)
PASTED = 200_000  # characters
LIVE = 60_000  # characters of a draft that is shown while it is checked
MARKS: Mapping[ClaimVerdict, tuple[str, str, str]] = {
    ClaimVerdict.SUPPORTED: ("supported", "✓", "Supported"),
    ClaimVerdict.PARTLY: ("partly", "◐", "Partly supported"),
    ClaimVerdict.CONTRADICTED: ("contradicted", "✕", "Contradicted"),
    ClaimVerdict.NOT_SAID: ("not-said", "○", "Not in the documents"),
}


def draft_form() -> str:
    """Return the form that takes a draft: as text, or as a file."""
    text = tag(
        "textarea",
        name="draft",
        rows=8,
        maxlength=PASTED,
        placeholder="Paste your text",
        aria_label="Your text",
        dir="auto",
    )
    where = labelled("Against", field("within", "all documents, or a pattern: contracts/**"))
    go = tag("button", "Check", type="submit", class_="go")
    made = form("check", tag("label", text), tag("div", where, go, class_="inline ask-for"))
    return tag("div", introduction("Check a draft", INTRODUCTION), _drop(), made, class_="cb")


def _drop() -> str:
    """Return the drop zone for a draft; page/script/links.js uploads it to an address of its own."""
    chosen = tag(
        "input",
        type="file",
        accept=",".join(WAYS),
        data_event="bring",
        data_at="/drafts",
        aria_label="Choose a draft",
    )
    words = tag("span", "Drop a Word, Markdown or text file here, or ", tag("strong", "choose it"))
    return tag("label", chosen, words, class_="drop") + tag("output", class_="hint", role="status")


def saved_drafts(kept: Sequence[SavedDraft]) -> str:
    """Return the drafts that were checked before, or ""."""
    if not kept:
        return ""
    items = (_saved(each) for each in kept)
    return tag(
        "div",
        tag("h3", "Checked before"),
        tag("ul", *items, class_="saved"),
        class_="cb earlier",
    )


def _saved(one: SavedDraft) -> str:
    day = one.changed.partition("T")[0]
    opened = action_button("open", one.name, one.id, class_="name-of")
    label = f"Delete the check of {one.name}"
    gone = action_button("delete", "×", one.id, class_="quiet", aria_label=label, title=label)
    return tag("li", opened, tag("span", escape(day), class_="facts"), gone)


def draft(now: CheckedDraft, running: bool = False, base: str = "") -> str:
    """Return a draft with its marks, below the counts; `base` is what permanent links begin with."""
    document = "" if running and len(now.source.text) > LIVE else _document(now)
    parts = (_progress(now) if running else _done(now, base), _summary(now), document)
    return tag("div", *parts, class_="cb checked", aria_busy="true" if running else "false")


def _progress(now: CheckedDraft) -> str:
    done = tag("progress", value=f"{now.share:.3f}", max="1", aria_label="Checked so far")
    return tag(
        "div",
        done,
        tag("span", f"{now.share:.0%} checked", class_="pace", role="status"),
        action_button("stop", "Stop"),
        class_="cb progress",
    )


def _done(now: CheckedDraft, base: str) -> str:
    stopped = "" if now.complete else notice_message("Stopped. The text after the last mark is not checked.")
    ways = (
        action_button("new", "Another draft"),
        _copy(now, base),
        *((_download(now),) if now.id else ()),
    )
    return stopped + tag("div", tag("h2", escape(now.name), dir="auto"), *ways, class_="inline taking")


def _download(now: CheckedDraft) -> str:
    links = (
        tag("a", name, href=f"/drafts/{now.id}.{suffix}", download="", class_="file")
        for suffix, name in FILES
    )
    menu = tag("details", tag("summary", "Download"), tag("span", *links), class_="formats")
    return tag("div", menu, class_="copies")


def _summary(now: CheckedDraft) -> str:
    counts = now.counts
    items = (
        tag(
            "li",
            tag("span", sign, class_=f"sign {kind}", aria_hidden="true"),
            " ",
            tag("strong", f"{counts[verdict]:,}"),
            f" {label.lower()}",
        )
        for verdict, (kind, sign, label) in MARKS.items()
        if counts.get(verdict)
    )
    searched = tag("li", escape(f"against {count_noun(now.documents, 'document')}"), class_="hint")
    return tag("ul", *items, searched, class_="verdicts", aria_label="Verdicts")


def _document(now: CheckedDraft) -> str:
    return tag("div", body(now.source, marks(now.claims)), class_="body draft-text")


def marks(claims: Iterable[CheckedClaim]) -> list[Highlight]:
    """Return a link over each claim."""
    return [
        Highlight(
            claim.span,
            ref=claim_ref(i),
            kind=f"claim {MARKS[claim.verdict][0]}",
            label=MARKS[claim.verdict][2],
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
    head = tag("p", tag("span", sign, class_=f"sign {kind}", aria_hidden="true"), " ", tag("strong", label))
    said = tag("blockquote", unchanged(claim.text), dir="auto")
    why = (*map(difference_text, claim.differences), *claim.reasons)
    reasons = tag("ul", *(tag("li", escape(each)) for each in why)) if why else ""
    i = now.claims.index(claim)
    others = [tag("a", f"{n + 1}", href=f"#{claim_ref(i, n)}") for n in range(len(claim.citations))]
    more = tag("p", "Places: ", " ".join(others), class_="facts") if len(others) > 1 else ""
    return tag("div", head, said, reasons, more, class_=f"verdict-card {kind}")


def _copy(now: CheckedDraft, base: str) -> str:
    plain, rich = with_references(now, base)
    return copy_button("Copy with references", plain, data_rich=rich)


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
