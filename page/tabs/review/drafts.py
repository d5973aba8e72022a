"""The section that checks a draft."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from time import monotonic
from typing import Any

import gradio as gr

from citeback.index.errors import CitebackError
from citeback.page.presenters.review.drafts import DraftHandlers
from citeback.page.state.review.checked_draft import CheckedDraft
from citeback.page.state.running_answers import RunningAnswers
from citeback.page.tabs.components import (
    EVENT_OPTIONS,
    HandlerFor,
    html,
    parse_click,
    sequential,
    session_of,
    user,
)
from citeback.page.tabs.review.frame import ReviewFrame, SectionParts
from citeback.page.views.review.drafts import TITLE, draft_form

SECTION = ("draft", TITLE)
PACE = 0.7  # seconds between two views of a draft that is being checked
Steps = AsyncIterator[tuple[Any, Any, Any, Any]]


def lay_out(drafts: HandlerFor[DraftHandlers], running: RunningAnswers, frame: ReviewFrame) -> SectionParts:
    """Lay out the form, the draft and the drafts that were checked before."""
    now = gr.State(CheckedDraft())
    form, shown, saved = html("draft-form", draft_form()), html("draft"), html("draft-saved")

    async def checked(
        request: gr.Request, take: Callable[[DraftHandlers], CheckedDraft], asked: Mapping[str, str]
    ) -> Steps:
        own, at, draft = drafts(request), 0.0, CheckedDraft()
        try:
            with running.one(session_of(request)) as signal:
                work = frame.queue.each_long(lambda: own.check(take(own), asked))
                async with aclosing(work) as steps:
                    async for draft in steps:
                        if signal.stopped:
                            break
                        if monotonic() > at + PACE and not draft.complete:
                            at = monotonic()
                            yield own.show(draft, running=True), gr.skip(), "", gr.skip()
            draft = own.save(user(request), draft)
            yield own.show(draft), draft, "", own.saved(user(request))
        except CitebackError as error:
            yield own.failed(error), CheckedDraft(), gr.skip(), gr.skip()

    async def check(click: gr.EventData, request: gr.Request) -> Steps:
        asked = parse_click(click)
        async for step in checked(request, lambda own: own.pasted(asked), asked):
            yield step

    async def bring(click: gr.EventData, request: gr.Request) -> Steps:
        keys = parse_click(click).get("value", "").split()
        async for step in checked(request, lambda own: own.brought(user(request), keys), {}):
            yield step

    def act(click: gr.EventData, request: gr.Request) -> tuple[Any, Any, Any, Any]:
        own = drafts(request)
        match parse_click(click):
            case {"act": "stop"}:
                running.stop(session_of(request))
            case {"act": "new"}:
                return "", CheckedDraft(), draft_form(), own.saved(user(request))
            case {"act": "open", "value": key}:
                return *own.open(user(request), key), "", gr.skip()
            case {"act": "delete", "value": key}:
                return gr.skip(), gr.skip(), gr.skip(), own.delete(user(request), key)
        return gr.skip(), gr.skip(), gr.skip(), gr.skip()

    def list_saved(request: gr.Request) -> str:
        return drafts(request).saved(user(request))

    outputs = [shown, now, form, saved]
    once = {**EVENT_OPTIONS, "trigger_mode": "once", "concurrency_limit": None}
    form.act(check, None, outputs, **once)
    form.bring(bring, None, outputs, **once)
    for part in (shown, saved):
        part.act(act, None, outputs, **sequential("draft"))
    frame.tab.select(list_saved, None, saved, **sequential("draft"))
    return SectionParts(states=(now,), links=(shown,), labelled=((form, draft_form),))
