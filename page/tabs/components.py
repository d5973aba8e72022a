"""Building blocks shared by all tabs."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import gradio as gr

from citeback.page.assets import script
from citeback.page.views.forms import encodable_text

T = TypeVar("T")
Labelled = tuple[Any, Callable[[], Any]]
"""A component that is built in English, and what returns its value in the language of the page."""

HandlerFor = Callable[[gr.Request], T]
"""Returns the handler object for a request: one for each event, with the user's rights (`rag.rights`)."""

CONCURRENT_QUESTIONS = 4  # questions answered at a time; more would only compete for the same cores
# By default Gradio drops an event while the same one is running.
EVENT_OPTIONS: dict[str, Any] = {
    "show_progress": "hidden",
    "api_visibility": "private",
    "trigger_mode": "multiple",
}


def html(name: str, value: str = "", **settings: Any) -> gr.HTML:
    """Return a component for custom HTML, without Gradio's styles; its clicks reach the event listeners."""
    return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=script("start"), **settings)


def sequential(place: str) -> dict[str, Any]:
    """Return the listener options that run events for the same component one after another."""
    return {**EVENT_OPTIONS, "concurrency_id": place, "concurrency_limit": 1}


def parse_click(click: gr.EventData) -> Mapping[str, str]:
    """Return the data of a clicked button or submitted form; `act` is the action. It is untrusted."""
    data = getattr(click, "_data", None)
    if not isinstance(data, dict):
        return {}
    return {encodable_text(str(key)): encodable_text(str(value)) for key, value in data.items()}


def user(request: gr.Request) -> str:
    """Return the name of the user, as set by the guard."""
    return request.username or ""


def session_of(request: gr.Request) -> str:
    """Return the id of the open page that an event comes from."""
    return request.session_hash or ""
