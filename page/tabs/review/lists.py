"""The section of complete lists."""

from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from citeback.index.errors import CitebackError
from citeback.page.presenters.review.lists import ListHandlers
from citeback.page.state.review.shown_list import ShownList
from citeback.page.tabs.components import EVENT_OPTIONS, HandlerFor, html, parse_click, sequential
from citeback.page.tabs.review.frame import ReviewFrame, SectionParts
from citeback.page.views.forms import parse_number
from citeback.page.views.review.lists import list_form
from citeback.rag.messages.catalogue import message

SECTION = ("lists", message("Lists"))


def lay_out(lists: HandlerFor[ListHandlers], frame: ReviewFrame) -> SectionParts:
    """Lay out the form and the list."""
    shown, form, listed = gr.State(ShownList()), html("list-form", list_form()), html("list-items")

    async def show(click: gr.EventData, request: gr.Request) -> AsyncIterator[tuple[Any, Any]]:
        now, asked = lists(request), parse_click(click)
        yield now.working(), gr.skip()
        try:
            yield await frame.queue.run_long(lambda: now.list_items(asked))
        except CitebackError as error:  # too many are waiting
            yield now.failed(error), ShownList()

    def find(click: gr.EventData, before: ShownList, request: gr.Request) -> tuple[str, ShownList]:
        now = before.find(parse_click(click).get("wanted", "").strip())
        return lists(request).show(now), now

    def arrange(click: gr.EventData, before: ShownList, request: gr.Request) -> tuple[str, ShownList]:
        now = before.turn(parse_number(parse_click(click).get("value", "")))
        return lists(request).show(now), now

    form.act(show, None, [listed, shown], **EVENT_OPTIONS, concurrency_limit=None)
    listed.find(find, shown, [listed, shown], **sequential("list-items"))
    listed.arrange(arrange, shown, [listed, shown], **sequential("list-items"))
    return SectionParts(states=(shown,), links=(listed,), labelled=((form, list_form),))
