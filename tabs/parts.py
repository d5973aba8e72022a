"""What every tab is made of. Must never know what stands in it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import gradio as gr

from page.sheet import script

T = TypeVar("T")
Whose = Callable[[gr.Request], T]
"""Makes what answers the events of whoever asks: made for each event, with their rights (`rag.rights`)."""

ASKING = 4  # questions answered at a time: more would only wait for the same cores
# Gradio drops what comes while the same event is under way, unless it is told that there may be many.
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "multiple"}


def html(name: str, value: str = "", **settings: Any) -> gr.HTML:
    """Return a place for HTML of our own, without Gradio's styles; its clicks are handed to listeners."""
    return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=script("links"), **settings)


def in_turn(place: str) -> dict[str, Any]:
    """Return how events that change the same place listen: one after the other, so the last one stays."""
    return {**QUIET, "concurrency_id": place, "concurrency_limit": 1}


def told(click: gr.EventData) -> Mapping[str, str]:
    """Return what a button or a form says: `act` is what to do. It comes from a browser: anything."""
    data = getattr(click, "_data", None)
    return {str(key): str(value) for key, value in data.items()} if isinstance(data, dict) else {}


def user(request: gr.Request) -> str:
    """Return who asks, as the guard found out."""
    return request.username or ""
