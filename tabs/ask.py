"""The tab where questions are asked: the conversation, and the sources beside it. Must never know HTML."""

from collections.abc import Iterator

import gradio as gr

from page.exchange import Conversation
from page.replies import QUESTION, Page
from tabs.parts import ASKING, QUIET, html


def lay_out(page: Page, conversation: gr.State) -> tuple[gr.HTML, gr.HTML]:
    """Lay out the chat with its question field, and the panel beside it; return chat and panel."""
    with gr.Column(elem_id="chat", scale=3, min_width=320):
        chat = html("log")
        question, send = _field()
    panel = html("panel", scale=2, min_width=320)

    def ask(asked: str, before: Conversation) -> Iterator[tuple[str, str, Conversation, str]]:
        for shown in page.ask(asked, before):
            yield *shown, ""

    def suggested(click: gr.EventData, before: Conversation) -> Iterator[tuple[str, str, Conversation, str]]:
        yield from ask(str(click.question), before)

    def follow(click: gr.EventData, before: Conversation) -> str:
        return page.follow(str(click.ref), before)

    shown = [chat, panel, conversation, question]
    asked = [question.submit, send.click]
    gr.on(asked, ask, [question, conversation], shown, concurrency_limit=ASKING, **QUIET)
    chat.ask(suggested, conversation, shown, concurrency_limit=ASKING, **QUIET)
    chat.follow(follow, conversation, panel, concurrency_limit=ASKING, **QUIET)
    panel.follow(follow, conversation, panel, concurrency_limit=ASKING, **QUIET)
    return chat, panel


def _field() -> tuple[gr.Textbox, gr.Button]:
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
        # Not submit_btn=: that one is drawn inside the field's label and has no name of its own.
        return question, gr.Button("Ask", elem_id="send")
