"""The Settings tab; settings are kept for each user."""

import gradio as gr

from page.choosing import Choosing
from rag.confidence import Care
from tabs.parts import Whose, html, in_turn, told, user


def lay_out(choosing: Whose[Choosing], care: gr.State, tab: gr.Tab) -> gr.HTML:
    """Lay out the forms, which update `care`; return the first, which is filled when the page loads."""
    form, answers = html("settings-form"), html("answering")

    def save(click: gr.EventData, now: Care, request: gr.Request) -> tuple[str, Care]:
        return choosing(request).save(user(request), now, told(click))

    def write(click: gr.EventData, now: Care, request: gr.Request) -> tuple[str, Care]:
        return choosing(request).write(user(request), now, told(click))

    def show(now: Care, request: gr.Request) -> str:
        return choosing(request).show(now)

    tab.select(show, care, answers, **in_turn("settings"))
    form.act(save, care, [form, care], **in_turn("settings"))
    answers.act(write, care, [answers, care], **in_turn("settings"))
    return form
