"""The Ask tab: the conversation, with the sources beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from page.exchange import QUESTION, Talk
from page.replies import Page
from rag.confidence import Care
from tabs.parts import ASKING, QUIET, Whose, html, in_turn, told, user

Shown = tuple[str, str, Talk]


@dataclass(frozen=True)
class Desk:
    """The components of the tab that other tabs update."""

    chat: gr.HTML
    panel: gr.HTML
    talk: gr.State

    @property
    def all(self) -> list[Any]:
        """Return the components, in the order in which `Page` returns their values."""
        return [self.chat, self.panel, self.talk]


def lay_out(page: Whose[Page], care: gr.State) -> Desk:
    """Lay out the chat with its question field and the panel beside it; `care` holds the settings."""
    talk = gr.State(Talk())
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="chat", scale=3, min_width=320):
            chat = html("log")
            question, send, stop = _field()
        panel = html("panel", scale=2, min_width=320)
    desk = Desk(chat, panel, talk)
    asking = _asking(page, desk, question, send, care)

    def stopped(before: Talk, request: gr.Request) -> tuple[str, Talk]:
        return page(request).stop(before)

    stop.click(stopped, talk, [chat, talk], cancels=asking, **QUIET)
    _following(page, desk)
    _acting(page, desk)
    return desk


def _asking(
    page: Whose[Page], desk: Desk, question: gr.Textbox, send: gr.Button, care: gr.State
) -> list[Any]:
    def ask(
        asked: str | None, before: Talk, now: Care, request: gr.Request
    ) -> Iterator[tuple[Any, Any, Any, Any]]:
        for shown in page(request).ask(asked or "", before, user(request), now):
            yield *shown, ""
        # Gradio sends the last value again at the end, which would replace a source opened meanwhile.
        yield gr.skip(), gr.skip(), gr.skip(), gr.skip()

    def suggested(
        click: gr.EventData, before: Talk, now: Care, request: gr.Request
    ) -> Iterator[tuple[Any, Any, Any, Any]]:
        yield from ask(told(click).get("question", ""), before, now, request)

    shown = [*desk.all, question]
    asked = [question.submit, send.click]
    # One at a time for each user: a question may refer to the answer before it.
    listening = QUIET | {"trigger_mode": "once", "concurrency_limit": ASKING}
    return [
        gr.on(asked, ask, [question, desk.talk, care], shown, **listening),
        desk.chat.ask(suggested, [desk.talk, care], shown, **listening),
    ]


def _following(page: Whose[Page], desk: Desk) -> None:
    def follow(click: gr.EventData, before: Talk, request: gr.Request) -> str:
        return page(request).follow(told(click).get("ref", ""), before)

    for part in (desk.chat, desk.panel):
        part.follow(follow, desk.talk, desk.panel, **in_turn("panel"))


def _acting(page: Whose[Page], desk: Desk) -> None:
    def act(click: gr.EventData, before: Talk, request: gr.Request) -> tuple[Any, Any, Talk]:
        now = page(request)
        match told(click):
            case {"act": "new"}:
                return *now.open(), Talk()
            case {"act": ("right" | "wrong") as judged, "value": number}:
                chat, talk = now.judge(before, number, judged == "right", owner=user(request))
            case {"act": "comment", "value": number, "comment": comment, "judged": judged}:
                chat, talk = now.judge(before, number, judged == "right", comment or "-", user(request))
            case _:
                return gr.skip(), gr.skip(), before
        return chat, gr.skip(), talk

    desk.chat.act(act, desk.talk, desk.all, **in_turn("chat"))


def _field() -> tuple[gr.Textbox, gr.Button, gr.Button]:
    with gr.Row(elem_id="asking"):
        question = gr.Textbox(
            elem_id="question",
            label="Question",
            placeholder="Ask your documents …",
            show_label=False,
            container=False,
            max_lines=6,
            max_length=QUESTION,
            autofocus=True,
        )
        # Not submit_btn=, which is drawn inside the field's label and has no accessible name.
        return question, gr.Button("Ask", elem_id="send"), gr.Button("Stop", elem_id="stop")
