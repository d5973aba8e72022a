"""The Ask tab: the conversation, with the sources beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from citeback.page.presenters.conversation import ChatHandlers
from citeback.page.presenters.documents import FolderHandlers
from citeback.page.state.chosen_sources import ChosenSources
from citeback.page.state.exchange import QUESTION, ConversationState
from citeback.page.state.running_answers import RunningAnswers
from citeback.page.tabs import chosen_sources
from citeback.page.tabs.components import (
    CONCURRENT_QUESTIONS,
    EVENT_OPTIONS,
    HandlerFor,
    html,
    parse_click,
    sequential,
    session_of,
    user,
)
from citeback.page.views.speech import tr
from citeback.rag.confidence import AnswerSettings
from citeback.rag.messages.catalogue import message

PLACEHOLDER = message("Ask your documents …")


@dataclass(frozen=True)
class ChatComponents:
    """The components of the tab that other tabs update; `starters` holds what one can begin with.

    `labelled` are those that `labels` says in the language of the page, and `chosen` shows the documents that
    are asked.
    """

    chat: gr.HTML
    starters: gr.HTML
    panel: gr.HTML
    talk: gr.State
    labelled: list[Any]
    chosen: gr.HTML

    @property
    def all(self) -> list[Any]:
        """Return the components, in the order in which `ChatHandlers` returns their values."""
        return [self.chat, self.panel, self.talk]


@dataclass(frozen=True)
class _Asking:
    """What a question is made of: the field and its button, the settings, and the chosen sources."""

    question: gr.Textbox
    send: gr.Button
    care: gr.State
    sources: gr.State


def lay_out(page: HandlerFor[ChatHandlers], care: gr.State, running: RunningAnswers) -> ChatComponents:
    """Lay out the chat with its question field and the panel beside it; `care` holds the settings."""
    talk = gr.State(ConversationState())
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="chat", scale=3, min_width=320):
            chat, starters = html("log"), html("starters")
            sources, chosen = chosen_sources.lay_out(page)
            question, send, stop = _field()
        panel = html("panel", scale=2, min_width=320)
    desk = ChatComponents(
        chat=chat,
        starters=starters,
        panel=panel,
        talk=talk,
        labelled=[question, send, stop],
        chosen=chosen,
    )
    _asking(page, desk, _Asking(question=question, send=send, care=care, sources=sources), running)

    def stopped(request: gr.Request) -> None:
        running.stop(session_of(request))

    stop.click(stopped, None, None, **EVENT_OPTIONS)
    _following(page, desk)
    _acting(page, desk)
    return desk


LABELLED = 3  # components that `labels` returns values for


def labels() -> list[Any]:
    """Return the question field and its buttons as they are when the page opens."""
    question = gr.Textbox(label=tr("Question"), placeholder=tr(PLACEHOLDER))
    return [question, gr.Button(tr("Ask")), gr.Button(tr("Stop"))]


def adding(page: HandlerFor[ChatHandlers], tending: HandlerFor[FolderHandlers], desk: ChatComponents) -> None:
    """Let the first documents be added where one would ask."""

    def bring(click: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, Any]]:
        now = tending(request)
        match parse_click(click):
            case {"act": "uploaded", "value": keys}:
                for shown, _ in now.upload(user(request), keys.split()):
                    yield gr.skip(), shown
            case {"act": "include", "folder": folder} if folder.strip():
                for shown in now.rebuild([folder.strip()]):
                    yield gr.skip(), shown
            case _:
                return
        if page(request).any_documents:
            yield page(request).chat(ConversationState()), gr.skip()
            for shown in page(request).starters():
                yield gr.skip(), shown
        yield gr.skip(), gr.skip()

    desk.chat.bring(bring, None, [desk.chat, desk.starters], **sequential("folder"))


def renewing(page: HandlerFor[ChatHandlers], desk: ChatComponents, event: Any) -> None:
    """Show after an event of another tab what can be asked now."""

    def welcome(talk: ConversationState, request: gr.Request) -> Any:
        return gr.skip() if talk.exchanges else page(request).chat(talk)

    def starters(request: gr.Request) -> Iterator[str]:
        yield from page(request).starters()

    event.then(welcome, desk.talk, desk.chat, **sequential("chat"))
    event.then(starters, None, desk.starters, **sequential("starters"))


def _asking(
    page: HandlerFor[ChatHandlers],
    desk: ChatComponents,
    field: _Asking,
    running: RunningAnswers,
) -> None:
    def ask(
        asked: str | None,
        before: ConversationState,
        now: AnswerSettings,
        chosen: ChosenSources,
        request: gr.Request,
    ) -> Iterator[tuple[Any, Any, Any, Any]]:
        field: Any = ""  # emptied once: the next question may be typed while this one is answered
        with running.one(session_of(request)) as signal:
            for shown in page(request).ask(asked or "", before, user(request), now, signal, chosen.filter):
                yield *shown, field
                field = gr.skip()
        # Gradio sends the last value again at the end, which would replace a source opened meanwhile.
        yield gr.skip(), gr.skip(), gr.skip(), gr.skip()

    def suggested(
        click: gr.EventData,
        before: ConversationState,
        now: AnswerSettings,
        chosen: ChosenSources,
        request: gr.Request,
    ) -> Iterator[tuple[Any, Any, Any, Any]]:
        yield from ask(parse_click(click).get("question", ""), before, now, chosen, request)

    shown = [*desk.all, field.question]
    asked = [field.question.submit, field.send.click]
    inputs = [desk.talk, field.care, field.sources]
    # One at a time for each user: a question may refer to the answer before it.
    listening = EVENT_OPTIONS | {"trigger_mode": "once", "concurrency_limit": CONCURRENT_QUESTIONS}
    gr.on(asked, ask, [field.question, *inputs], shown, **listening)
    for part in (desk.chat, desk.starters):
        part.ask(suggested, inputs, shown, **listening)


def _following(page: HandlerFor[ChatHandlers], desk: ChatComponents) -> None:
    def follow(click: gr.EventData, before: ConversationState, request: gr.Request) -> str:
        return page(request).follow(parse_click(click).get("ref", ""), before)

    for part in (desk.chat, desk.starters, desk.panel):
        part.follow(follow, desk.talk, desk.panel, **sequential("panel"))


def _acting(page: HandlerFor[ChatHandlers], desk: ChatComponents) -> None:
    def act(
        click: gr.EventData, before: ConversationState, request: gr.Request
    ) -> tuple[Any, Any, ConversationState]:
        now = page(request)
        match parse_click(click):
            case {"act": "new"}:
                return *now.open(), ConversationState()
            case {"act": ("right" | "wrong") as judged, "value": number}:
                chat, talk = now.give_feedback(before, number, judged == "right", owner=user(request))
            case {"act": "comment", "value": number, "comment": comment, "judged": judged}:
                chat, talk = now.give_feedback(
                    before, number, judged == "right", comment or "-", user(request)
                )
            case _:
                return gr.skip(), gr.skip(), before
        return chat, gr.skip(), talk

    desk.chat.act(act, desk.talk, desk.all, **sequential("chat"))


def _field() -> tuple[gr.Textbox, gr.Button, gr.Button]:
    with gr.Row(elem_id="asking"):
        question = gr.Textbox(
            elem_id="question",
            label="Question",
            placeholder=PLACEHOLDER,
            show_label=False,
            container=False,
            max_lines=6,
            max_length=QUESTION,
        )
        # Not submit_btn=, which is drawn inside the field's label and has no accessible name.
        return question, gr.Button("Ask", elem_id="send"), gr.Button("Stop", elem_id="stop")
