"""The tab of settings; they count until the page is closed. Must never know HTML."""

from collections.abc import Callable, Mapping

import gradio as gr

from page.settings import chosen, settings
from rag.confidence import Care
from tabs.parts import QUIET, html, told


def lay_out(facts: Callable[[], Mapping[str, str]], care: gr.State, tab: gr.Tab) -> None:
    """Lay out the form; what it sets goes into `care`."""
    shown = html("settings-form")

    def show(now: Care) -> str:
        return settings(now, facts())

    def save(click: gr.EventData, now: Care) -> tuple[str, Care]:
        then = chosen(now, told(click))
        return settings(then, facts(), saved=True), then

    tab.select(show, care, shown, **QUIET)
    shown.act(save, care, [shown, care], **QUIET)
