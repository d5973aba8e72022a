"""The Look up tab: passages without an answer."""

import gradio as gr

from page.finding import Finder, Found
from tabs.parts import Whose, html, in_turn, told


def lay_out(finder: Whose[Finder]) -> list[gr.HTML]:
    """Lay out the form, the passages and the panel; return them in the order in which `Finder` opens them."""
    passages = gr.State(())
    with gr.Row(elem_id="shelf"):
        with gr.Column(elem_id="lookup", scale=3, min_width=320):
            form, results = html("lookup-search"), html("results")
        panel = html("passage", scale=2, min_width=320)

    def look_up(click: gr.EventData, request: gr.Request) -> tuple[str, Found, str]:
        now = finder(request)
        return *now.look_up(told(click)), now.blank()

    def follow(click: gr.EventData, found: Found, request: gr.Request) -> str:
        return finder(request).follow(told(click).get("ref", ""), found)

    form.act(look_up, None, [results, passages, panel], **in_turn("passage"))
    for part in (results, panel):
        part.follow(follow, passages, panel, **in_turn("passage"))
    return [form, results, panel]
