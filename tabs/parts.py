"""What every tab is made of. Must never know what stands in it."""

from typing import Any

import gradio as gr

from page.sheet import script

ASKING = 4  # questions answered at a time: more would only wait for the same cores
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def html(name: str, linked: bool = True, **settings: Any) -> gr.HTML:
    """Return a place for HTML of our own, without Gradio's styles; `linked` hands its clicks to listeners."""
    on_load = script("links") if linked else None
    return gr.HTML(elem_id=name, apply_default_css=False, js_on_load=on_load, **settings)
