"""The Settings tab; settings are kept for each user."""

import gradio as gr

from citeback.page.presenters.settings import SettingsHandlers
from citeback.page.tabs.components import HandlerFor, html, parse_click, sequential, user
from citeback.rag.confidence import AnswerSettings


def lay_out(choosing: HandlerFor[SettingsHandlers], care: gr.State, tab: gr.Tab) -> list[gr.HTML]:
    """Lay out the forms, which update `care`; return those that are filled when the page loads."""
    form, answers, language = html("settings-form"), html("answering"), html("language")

    def save(click: gr.EventData, now: AnswerSettings, request: gr.Request) -> tuple[str, AnswerSettings]:
        return choosing(request).save(user(request), now, parse_click(click))

    def write(click: gr.EventData, now: AnswerSettings, request: gr.Request) -> tuple[str, AnswerSettings]:
        return choosing(request).write(user(request), now, parse_click(click))

    def show(now: AnswerSettings, request: gr.Request) -> str:
        return choosing(request).show(now)

    def speak(click: gr.EventData, request: gr.Request) -> str:
        return choosing(request).speak(user(request), parse_click(click))

    spoken = language.act(speak, None, language, **sequential("settings"))
    # Everything is said anew: the page is opened again, unless there is an error to read.
    spoken.then(None, language, None, js="(error) => { if (!error) location.reload(); }")
    tab.select(show, care, answers, **sequential("settings"))
    form.act(save, care, [form, care], **sequential("settings"))
    answers.act(write, care, [answers, care], **sequential("settings"))
    return [form, language]
