"""The page: a Gradio app that renders events and answers. Must never know FAISS, models or prompts.

The conversation and the source beside it are HTML of our own (`page/`) inside `gr.HTML`;
docs/decisions/0004-page.md says why. The functions here answer its clicks.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

import gradio as gr

from index.errors import CitebackError
from index.report import Report, Watch
from index.settings import Settings
from index.store import Store
from index.sync import sync
from page.exchange import Conversation
from page.folder import LARGEST, Folder, Tend
from page.replies import QUESTION, Page, Reading
from rag.corpus import DEFAULT_STORE, Corpus, load_encoder

if TYPE_CHECKING:
    from index.embed import SentenceEncoder

PAGE = Path(__file__).parent / "page"
ASKING = 4  # questions answered at a time: more would only wait for the same cores
PAPER = ("#faf8f4", "#161513")  # page.css's --paper, for the moment before it is loaded
FONTS = ["ui-sans-serif", "system-ui", "sans-serif"]
MONO = ["ui-monospace", "Menlo", "Consolas", "monospace"]
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(corpus: Callable[[], Reading], tend: Tend) -> gr.Blocks:
    """Return the app. `corpus` is called at every event; `tend` adds files and rebuilds the index."""
    page = Page(corpus, tend)
    app = gr.Blocks(title="Citeback", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600))
    with app:
        conversation = gr.State(())
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask", elem_id="ask"), gr.Row(elem_id="desk"):
                chat, panel = _desk(page, conversation)
            with gr.Tab("Documents", elem_id="documents") as tab:
                listed = _folder(page, conversation, chat)
        tab.select(page.documents, None, listed, **QUIET)
        app.load(page.open, None, [chat, panel, listed], **QUIET)
    return app


def _desk(page: Page, conversation: gr.State) -> tuple[gr.HTML, gr.HTML]:
    """Lay out the chat with its question field, and the panel beside it; return chat and panel."""
    script = (PAGE / "page.js").read_text()
    with gr.Column(elem_id="chat", scale=3, min_width=320):
        chat = _html("log", js_on_load=script)
        with gr.Row(elem_id="asking"):
            question = gr.Textbox(
                elem_id="question",
                label="Question",
                placeholder="Ask your documents …",
                show_label=False,
                container=False,
                max_lines=6,
                max_length=QUESTION,
                autofocus=True,
            )
            # Not submit_btn=: that one is drawn inside the field's label and has no name of its own.
            send = gr.Button("Ask", elem_id="send")
    panel = _html("panel", js_on_load=script, scale=2, min_width=320)

    def ask(asked: str, before: Conversation) -> Iterator[tuple[str, str, Conversation, str]]:
        for shown in page.ask(asked, before):
            yield *shown, ""

    def suggested(click: gr.EventData, before: Conversation) -> Iterator[tuple[str, str, Conversation, str]]:
        yield from ask(str(click.question), before)

    def follow(click: gr.EventData, before: Conversation) -> str:
        return page.follow(str(click.ref), before)

    shown = [chat, panel, conversation, question]
    asked = [question.submit, send.click]
    gr.on(asked, ask, [question, conversation], shown, concurrency_limit=ASKING, **QUIET)
    chat.ask(suggested, conversation, shown, concurrency_limit=ASKING, **QUIET)
    chat.follow(follow, conversation, panel, concurrency_limit=ASKING, **QUIET)
    panel.follow(follow, conversation, panel, concurrency_limit=ASKING, **QUIET)
    return chat, panel


def _folder(page: Page, conversation: gr.State, chat: gr.HTML) -> gr.HTML:
    """Lay out the Documents tab; return the list of documents."""
    files = gr.File(elem_id="files", label="Add files", file_count="multiple", height=140)
    button = gr.Button("Rebuild index", elem_id="rebuild")
    status, listed = _html("status"), _html("listing")

    def upload(paths: list[str] | None) -> tuple[None, str]:
        return None, page.upload(paths or ())

    def rebuild(before: Conversation) -> Iterator[tuple[Any, Any, Any]]:
        for told in page.rebuild():
            yield told, gr.skip(), gr.skip()
        yield gr.skip(), page.documents(), page.chat(before)

    files.upload(upload, files, [files, status], **QUIET)
    button.click(rebuild, conversation, [status, listed, chat], **QUIET)
    return listed


def _html(name: str, **settings: Any) -> gr.HTML:
    """Return a place for HTML of our own, without Gradio's styles."""
    return gr.HTML(elem_id=name, apply_default_css=False, **settings)


def launch(app: gr.Blocks, host: str = "127.0.0.1", port: int = 0) -> str:
    """Serve the app in threads of its own and return its address.

    `port` 0 takes the first one from 7860 that is free. Nothing is shared, counted or fetched.
    """
    # As a <style> of its own: css_paths= rewrites every selector, and cuts `:is(a, b)` apart at its comma.
    style = f"<style>{(PAGE / 'page.css').read_text()}</style>"
    paper = {"body_background_fill": PAPER[0], "body_background_fill_dark": PAPER[1]}
    theme = gr.themes.Base(font=FONTS, font_mono=MONO).set(**paper)
    quiet: dict[str, Any] = {"share": False, "quiet": True, "ssr_mode": False, "run_history": False}
    try:
        _, address, _ = app.launch(
            server_name=host,
            server_port=port or None,
            max_file_size=LARGEST,
            theme=theme,
            head=style,
            footer_links=[],
            prevent_thread_lock=True,
            **quiet,
        )
    except OSError as error:
        raise CitebackError(
            f"The page cannot be served at {host}:{port}: another program listens there, or the address is "
            "not one of this machine.",
            "citeback chat --port 0",
        ) from error
    return str(address)


class Latest:
    """Gives a store's newest generation, opened when it is first asked for."""

    def __init__(self, store: Store, load: "Callable[[Settings], SentenceEncoder]") -> None:
        self._store = store
        self._load = load
        self._lock = Lock()
        self._corpus: Corpus | None = None

    def __call__(self) -> Corpus:
        """Return the corpus, moved on to what was published meanwhile. Raises NoGeneration."""
        with self._lock:
            if self._corpus is None:
                self._corpus = Corpus(self._store, self._load)
            else:
                self._corpus.refresh()
            return self._corpus

    def warm(self) -> None:
        """Load the model before it is asked for; what goes wrong is told to the first who asks."""
        try:
            self().warm()
        except CitebackError:
            return


def page_of(path: Path, load: "Callable[[Settings], SentenceEncoder]" = load_encoder) -> gr.Blocks:
    """Return the app of the store at `path`; its model is loaded while the page opens."""
    store = Store(path)
    latest = Latest(store, load)

    def brought_in_line(watch: Watch) -> Report:
        return sync(store, load=load, progress=watch)

    Thread(target=latest.warm, name="warm", daemon=True).start()
    return build(latest, Folder(lambda: latest().folders, brought_in_line))


def told(address: str) -> None:
    """Print where the page is."""
    print(f"Citeback is at {address} (Ctrl-C stops it)", flush=True)  # noqa: T201


def serve(
    path: Path = DEFAULT_STORE, host: str = "127.0.0.1", port: int = 0, ready: Callable[[str], None] = told
) -> None:
    """Serve the page of the store at `path` until Ctrl-C; `ready` is told its address.

    Raises CitebackError where the address cannot be used.
    """
    app = page_of(path)
    ready(launch(app, host, port))
    app.block_thread()


if __name__ == "__main__":
    serve()
