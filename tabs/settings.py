"""The tab of settings; they count until the page is closed. Must never know HTML."""

from collections.abc import Callable, Mapping

import gradio as gr

from page.settings import answering, chosen, settings
from rag.confidence import Care
from tabs.parts import html, in_turn, told


def lay_out(facts: Callable[[], Mapping[str, str]], care: gr.State, tab: gr.Tab) -> None:
    """Lay out the form; what it sets goes into `care`."""
    shown, answers = html("settings-form", settings(Care())), html("answering")

    def show() -> str:
        return answering(facts())

    def save(click: gr.EventData, now: Care) -> tuple[str, Care]:
        then = chosen(now, told(click))
        return settings(then, saved=True), then

    # The form is not drawn anew here: what was chosen in it meanwhile would be lost.
    tab.select(show, None, answers, **in_turn("answering"))
    shown.act(save, care, [shown, care], **in_turn("settings"))
