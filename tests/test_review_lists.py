"""Complete lists as the page shows them."""

import re

from citeback.index.records import Span
from citeback.page.state.review.shown_list import PAGE, ShownList, item_ref
from citeback.page.views.review import lists
from citeback.rag.lists.listing import ItemPlace, ListedItem, Listing


def place(document: str, start: int, quote: str) -> ItemPlace:
    return ItemPlace(document, Span(start, start + len(quote)), quote, None, "line 3")


def shown(count: int, **settings: object) -> ShownList:
    items = tuple(
        ListedItem(f"item {n}", tuple(place(f"{m}.txt", 5 * n, f"quote {n}") for m in range(n % 4 + 1)))
        for n in range(count)
    )
    return ShownList(Listing("dates", items, 4, 1, ()), **settings)  # type: ignore[arg-type]


def test_every_link_of_a_list_leads_to_its_place() -> None:
    now = shown(9)
    for n, item in enumerate(now.items):
        for m, each in enumerate(item.places):
            found = now.place(item_ref(n, m))
            assert found and (found.document, found.span, found.quote) == (
                each.document,
                each.span,
                each.quote,
            )
            assert found in now.places_in(each.document)
    for wrong in ("item-9-0", "item-0-9", "item-x-0", "cite-0-0", "", "item-1-1-1", "item-" + "9" * 99):
        assert now.place(wrong) is None


def test_a_list_is_paged_and_found_in() -> None:
    now = shown(PAGE + 3)
    html = lists.listing(now, now.matching(), 1, {})
    assert html.count('class="value"') == 3 and f"{PAGE + 1:,} to {PAGE + 3:,} of {PAGE + 3:,}" in html
    assert [n for n, _ in now.find("ITEM 7").matching()] == [7]
    assert "No item contains" in lists.listing(now.find("zzz"), now.find("zzz").matching(), 0, {})


def test_what_a_list_says_is_not_markup() -> None:
    evil = ListedItem("<img src=x>", (place("<b>.txt", 0, "<script>1</script>"),))
    html = lists.listing(ShownList(Listing("people", (evil,), 1, 0, ("<i>",))), [(0, evil)], 0, {})
    assert not re.search("<(img|script|i>|b>.txt)", html)
