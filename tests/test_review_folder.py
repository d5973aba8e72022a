"""Conflicts, dates and summaries as the page shows them."""

import re
from dataclasses import replace

import pytest

from citeback.index.records import Span
from citeback.page.state.review.shown_folder import PAGE, FolderResult, ShownFolder, place_ref
from citeback.page.views.review import folder
from citeback.rag.conflicts.conflict import Conflict, ConflictListing, ConflictSide
from citeback.rag.stated_place import StatedPlace
from citeback.rag.summary.summary import Summary, SummaryGroup
from citeback.rag.timeline.timeline import StatedDate, Timeline, TimelineEntry

EVIL = "<script>alert(1)</script>"


def place(n: int, quote: str = "Ships: 412.") -> StatedPlace:
    return StatedPlace(f"{n}{EVIL}.txt", Span(n, n + len(quote)), quote, None, EVIL, "2024-01-01")


def conflicts(count: int, quote: str = "Ships: 412.") -> ConflictListing:
    each = tuple(
        Conflict(
            kind="number",
            confidence=0.9,
            differences=(("412", EVIL),),
            newer=ConflictSide(place(4 * n, quote), (place(4 * n + 1, quote),)),
            older=ConflictSide(place(4 * n + 2, quote), (place(4 * n + 3, quote),)),
        )
        for n in range(count)
    )
    return ConflictListing(each, count, 0, 2 * count, 2 * count, (EVIL,))


def timeline(count: int) -> Timeline:
    dated = StatedDate("2022", "", EVIL, Span(0, 1), resolved=True, certain=False, note=EVIL)
    return Timeline(tuple(TimelineEntry(dated, place(n), (place(n + 1),)) for n in range(count)), 1, 0, EVIL)


def summary(count: int) -> Summary:
    groups = tuple(SummaryGroup(f"{n}.txt", EVIL, EVIL, (place(n), place(n + 1))) for n in range(count))
    return Summary(groups, 9, 2, 1, EVIL, notices=(EVIL,))


@pytest.mark.parametrize(
    "result", [conflicts(3), timeline(3), summary(3)], ids=["conflicts", "dates", "summary"]
)
def test_every_link_leads_to_its_place_and_nothing_is_markup(result: FolderResult) -> None:
    now = ShownFolder(result)
    html = folder.result(now)
    assert EVIL not in html and "&lt;script&gt;" in html
    refs = re.findall(r'href="#([a-z]+-\d+-\d+)"', html)
    assert len(refs) == len(set(refs)) >= 6
    for ref in refs:
        found = now.place(ref)
        assert (found and found in now.places_in(found.document)) or found
        assert found.quote == "Ships: 412."


def test_both_sides_of_a_conflict_are_linked_in_their_order() -> None:
    now = ShownFolder(conflicts(1))
    documents = [now.place(place_ref("conflict", 0, n)) for n in range(4)]
    assert [each.document[0] for each in documents if each] == ["0", "2", "1", "3"]
    html = folder.result(now)
    for n in range(4):
        assert f'href="#conflict-0-{n}"' in html


@pytest.mark.parametrize(
    "ref", ["conflict-9-0", "conflict-0-9", "date-0-0", "conflict-x-0", "", "date-0-0-0"]
)
def test_any_other_link_leads_nowhere(ref: str) -> None:
    assert ShownFolder(conflicts(1)).place(ref) is None
    assert ShownFolder().place(ref) is None


def test_results_are_paged_and_a_running_search_can_be_stopped() -> None:
    now = ShownFolder(conflicts(PAGE + 3))
    assert folder.result(now.turn(1)).count('class="value"') == 3
    assert "Stop" not in folder.result(now) and "Stop" in folder.result(replace(now, running=True))
    assert "No conflict found" in folder.result(ShownFolder(conflicts(0)))
    assert "No date found" in folder.result(ShownFolder(timeline(0)))
    assert "The documents do not say." in folder.result(ShownFolder(summary(0)))
    assert folder.result(ShownFolder()) == ""
