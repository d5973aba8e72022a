"""The steps and the outcome of a sync as HTML, and what has changed on disk since the last one."""

from collections.abc import Sequence

from citeback.index.records import PART_PREFIX
from citeback.index.sync.plan import Plan
from citeback.index.sync.report import Progress, SyncReport
from citeback.page.state.folders import SyncStep
from citeback.page.views.answers import notice_message
from citeback.page.views.documents import join_messages
from citeback.page.views.html import escape, tag
from citeback.page.views.known_texts import translated
from citeback.page.views.speech import tr, tr_number
from citeback.rag.messages.catalogue import message

CHANGES = 50  # file names listed for each kind of change
STAGES = {
    "reading": message("Reading documents"),
    "splitting": message("Splitting documents"),
    "embedding": message("Indexing passages"),
    "writing": message("Writing the index"),
}
KINDS_OF_CHANGE = {
    "added": message("Added"),
    "changed": message("Changed"),
    "renamed": message("Renamed"),
    "deleted": message("Deleted"),
}


def since(plan: Plan) -> str:
    """Return the changes in the folders since the last sync, or ""."""
    renamed = [f"{name} → {file.name}" for name, file in plan.renamed]
    changes = {
        "added": [file.name for file in plan.added],
        "changed": [file.name for file in plan.changed],
        "renamed": renamed,
        "deleted": list(plan.deleted),
    }
    what = [(kind, names) for kind, names in changes.items() if names]
    if not what:
        return ""
    counts = ", ".join(_count_of_changes(kind, len(names)) for kind, names in what)
    lead = tag(
        "summary",
        escape(tr("Changed on disk since: {changes}. Update the index to ask about it.", changes=counts)),
    )
    return tag("details", lead, *(_changed(*each) for each in what), class_="cb since")


def _count_of_changes(kind: str, number: int) -> str:
    match kind:
        case "added":
            return tr_number(number, "{number} added", "{number} added")
        case "changed":
            return tr_number(number, "{number} changed", "{number} changed")
        case "renamed":
            return tr_number(number, "{number} renamed", "{number} renamed")
        case _:
            return tr_number(number, "{number} deleted", "{number} deleted")


def _changed(kind: str, names: Sequence[str]) -> str:
    left = len(names) - CHANGES
    rest = [tr_number(left, "and {number} more file", "and {number} more files")] if left > 0 else []
    shown = (*names[:CHANGES], *rest)
    return tag("h4", escape(tr(KINDS_OF_CHANGE[kind]))) + tag(
        "ul", *(tag("li", escape(name)) for name in shown)
    )


def progress_step(one: SyncStep) -> str:
    """Return a step of a sync with progress bar, rate and time left, or its outcome."""
    if not isinstance(one, Progress):
        return join_messages(notice_message(outcome(one)))
    doing = tr(STAGES[one.stage])
    bar = tag("progress", max=one.total, value=one.done, aria_label=doing)
    figures = tag("span", tr("{number} of {many}", number=one.done, many=one.total), class_="figure")
    speed = tag("span", escape(format_speed(one)), class_="pace")
    return tag("div", tag("span", escape(doing)), bar, figures, speed, class_="cb progress", role="status")


def format_speed(one: Progress) -> str:
    """Return the rate of a stage and the time left, as far as they are known."""
    rate = tr("{number} a second", number=round(one.rate)) if one.rate and one.rate >= 1 else ""
    left = (
        tr("about {duration} left", duration=format_duration(one.remaining))
        if one.remaining is not None and one.done < one.total
        else ""
    )
    return ", ".join(filter(None, (rate, left)))


def format_duration(seconds: float) -> str:
    """Return a duration in words.

    >>> format_duration(4), format_duration(75), format_duration(4000)
    ('4 s', '2 min', '1.1 h')
    """
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{-(-seconds // 60):.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def outcome(done: SyncReport | str) -> str:
    """Return the outcome of a sync in words, naming only what happened."""
    if isinstance(done, str):
        return translated(done)
    changes = ", ".join(_counts(done)) or tr("nothing has changed")
    took = tr("It took {seconds} s.", seconds=f"{done.seconds:.1f}")
    return " ".join((tr("Up to date: {changes}.", changes=changes), took, *map(translated, done.notices)))


def _counts(done: SyncReport) -> list[str]:
    """Return how many documents were added, changed and so on, in words."""
    unread = sum(failure.unread for failure in done.failed)
    partly = sum(failure.reason.startswith(PART_PREFIX) for failure in done.failed)
    failed, unsupported = len(done.failed) - unread, unread - partly
    changed = {"added": done.added, "changed": done.changed, "renamed": done.renamed, "deleted": done.deleted}
    return [
        *(_count_of_changes(kind, len(names)) for kind, names in changed.items() if names),
        *([tr_number(failed, "{number} failed", "{number} failed")] if failed else []),
        *(
            [tr_number(unsupported, "{number} of unsupported formats", "{number} of unsupported formats")]
            if unsupported
            else []
        ),
        *([tr_number(partly, "{number} part not read", "{number} parts not read")] if partly else []),
    ]
