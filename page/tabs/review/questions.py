"""The section of saved questions."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import gradio as gr

from citeback.index.errors import CitebackError
from citeback.page.presenters.review.questions import QuestionHandlers
from citeback.page.state.review.saved_questions import ShownQuestions
from citeback.page.tabs.components import EVENT_OPTIONS, HandlerFor, html, parse_click
from citeback.page.tabs.review.frame import ReviewFrame, SectionParts
from citeback.page.views.review.questions import TITLE, question_form

SECTION = ("questions", TITLE)
Steps = AsyncIterator[tuple[Any, Any, Any]]


def lay_out(questions: HandlerFor[QuestionHandlers], frame: ReviewFrame) -> SectionParts:
    """Lay out the form and the questions; they are asked again when the tab is opened."""
    state = gr.State(ShownQuestions())
    form, shown = html("question-form", question_form()), html("questions")

    async def refreshed(own: QuestionHandlers, message: str = "") -> Steps:
        """Yield the form, the questions and their state, as they are asked again."""
        found, now = own.show()
        yield gr.skip(), message + found, now
        try:
            async with aclosing(frame.queue.each_long(own.ask_again)) as steps:
                async for _ in steps:
                    yield gr.skip(), *own.show()
        except CitebackError as error:
            found, now = own.show()
            yield gr.skip(), own.failed(error) + found, now
        # Gradio sends the last value again at the end, which would bring back what was there before.
        yield gr.skip(), gr.skip(), gr.skip()

    async def save(click: gr.EventData, request: gr.Request) -> Steps:
        own = questions(request)
        message = own.add(parse_click(click).get("question", ""))
        _, now = own.show()
        yield (
            gr.skip() if message else question_form(",".join(each.id for each in now.questions)),
            gr.skip(),
            gr.skip(),
        )
        async for step in refreshed(own, message):
            yield step

    def act(click: gr.EventData, request: gr.Request) -> tuple[str, ShownQuestions]:
        own, message = questions(request), ""
        match parse_click(click):
            case {"act": "read", "value": key}:
                message = own.read(key)
            case {"act": "delete", "value": key}:
                message = own.delete(key)
        found, now = own.show()
        return message + found, now

    async def opened(request: gr.Request) -> Steps:
        async for step in refreshed(questions(request)):
            yield step

    outputs = [form, shown, state]
    free = {**EVENT_OPTIONS, "concurrency_limit": None}
    form.act(save, None, outputs, **free)
    shown.act(act, None, [shown, state], **free)
    frame.tab.select(opened, None, outputs, **free)
    return SectionParts(states=(state,), links=(shown,), labelled=((form, question_form),))
