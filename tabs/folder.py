"""The tab where the folder is tended: files added, the index rebuilt. Must never know HTML."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from page.exchange import Conversation
from page.replies import Page
from tabs.parts import QUIET, html


def lay_out(page: Page, conversation: gr.State, chat: gr.HTML) -> gr.HTML:
    """Lay out the tab; return the list of documents."""
    files = gr.File(elem_id="files", label="Add files", file_count="multiple", height=140)
    button = gr.Button("Rebuild index", elem_id="rebuild")
    status, listed = html("status"), html("listing")

    def upload(paths: list[str] | None) -> tuple[None, str]:
        return None, page.upload(paths or ())

    def rebuild(before: Conversation) -> Iterator[tuple[Any, Any, Any]]:
        for told in page.rebuild():
            yield told, gr.skip(), gr.skip()
        yield gr.skip(), page.documents(), page.chat(before)

    files.upload(upload, files, [files, status], **QUIET)
    button.click(rebuild, conversation, [status, listed, chat], **QUIET)
    return listed
