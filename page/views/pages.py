"""Links between the pages of a long list."""

from citeback.page.views.forms import action_button
from citeback.page.views.html import tag
from citeback.page.views.speech import tr


def pages(rows: int, page: int, size: int) -> str:
    """Return links to the previous and the next page of `size` rows, or "" if there is only one."""
    if rows <= size:
        return ""
    first, last = page * size + 1, min(rows, (page + 1) * size)
    words = tag("span", tr("{first} to {last} of {number}", first=first, last=last, number=rows))
    earlier, later = _turn(tr("Previous"), page - 1, not page), _turn(tr("Next"), page + 1, last == rows)
    return tag("nav", earlier, words, later, class_="pages", aria_label=tr("Pages"))


def _turn(label: str, page: int, off: bool) -> str:
    never = {"disabled": ""} if off else {}
    return action_button("page", label, str(page), class_="quiet", data_event="arrange", **never)
