"""The sections of conflicts, dates and summaries."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

import gradio as gr

from citeback.index.errors import CitebackError
from citeback.page.presenters.review.folder import FolderWorkHandlers
from citeback.page.state.review.shown_folder import ShownFolder
from citeback.page.state.running_answers import RunningAnswers
from citeback.page.tabs.components import EVENT_OPTIONS, HandlerFor, html, parse_click, sequential, session_of
from citeback.page.tabs.review.frame import LayOut, ReviewFrame, SectionParts
from citeback.page.views.forms import parse_number
from citeback.page.views.review.folder import TITLES, conflicts_form, summary_form, timeline_form
from citeback.page.views.review.sections import Section

FORMS = {"conflicts": conflicts_form, "timeline": timeline_form, "summary": summary_form}
Work = Callable[[str, gr.Request], FolderWorkHandlers]
Steps = AsyncIterator[tuple[Any, Any]]


def sections(work: Work, running: RunningAnswers) -> list[tuple[Section, LayOut]]:
    """Return the three sections; `work` returns the handlers of one by its name."""
    return [
        (section, partial(lay_out, section[0], partial(work, section[0]), running))
        for section in TITLES.items()
    ]


def lay_out(
    name: str, work: HandlerFor[FolderWorkHandlers], running: RunningAnswers, frame: ReviewFrame
) -> SectionParts:
    """Lay out the form and the result of one section; `running` stops its work."""
    shown, form, found = gr.State(ShownFolder()), html(f"{name}-form", FORMS[name]()), html(name)

    async def find(click: gr.EventData, request: gr.Request) -> Steps:
        own, asked, now = work(request), parse_click(click), ShownFolder()
        yield own.working(), gr.skip()
        try:
            with running.one(session_of(request)) as signal:
                async with aclosing(frame.queue.each_long(lambda: own.steps(asked))) as steps:
                    async for now in steps:
                        if signal.stopped:
                            break
                        yield own.show(now), gr.skip()
            now = replace(now, running=False)
            yield own.show(now), now
        except CitebackError as error:
            yield own.failed(error), ShownFolder()

    def act(click: gr.EventData, before: ShownFolder, request: gr.Request) -> Any:
        if parse_click(click).get("act") == "stop":
            running.stop(session_of(request))
        return gr.skip(), before

    def arrange(click: gr.EventData, before: ShownFolder, request: gr.Request) -> tuple[str, ShownFolder]:
        now = before.turn(parse_number(parse_click(click).get("value", "")))
        return work(request).show(now), now

    once = {**EVENT_OPTIONS, "trigger_mode": "once", "concurrency_limit": None}
    form.act(find, None, [found, shown], **once)
    found.act(act, shown, [found, shown], **sequential(name))
    found.arrange(arrange, shown, [found, shown], **sequential(name))
    return SectionParts(states=(shown,), links=(found,), labelled=((form, FORMS[name]),))
