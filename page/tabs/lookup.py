"""The Look up tab: passages without an answer."""

import gradio as gr

from citeback.page.presenters.lookup import SearchHandlers, SearchResults
from citeback.page.tabs.components import HandlerFor, html, parse_click, sequential


def lay_out(finder: HandlerFor[SearchHandlers]) -> list[gr.HTML]:
    """Lay out the form, the passages and the panel; return them as `SearchHandlers.open` fills them."""
    passages = gr.State(())
    with gr.Row(elem_id="shelf"):
        with gr.Column(elem_id="lookup", scale=3, min_width=320):
            form, results = html("lookup-search"), html("results")
        panel = html("passage", scale=2, min_width=320)

    def look_up(click: gr.EventData, request: gr.Request) -> tuple[str, SearchResults, str]:
        now = finder(request)
        return *now.look_up(parse_click(click)), now.blank()

    def follow(click: gr.EventData, matches: SearchResults, request: gr.Request) -> str:
        return finder(request).follow(parse_click(click).get("ref", ""), matches)

    form.act(look_up, None, [results, passages, panel], **sequential("passage"))
    for part in (results, panel):
        part.follow(follow, passages, panel, **sequential("passage"))
    return [form, results, panel]
