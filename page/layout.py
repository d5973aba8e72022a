"""The page in Gradio: its tabs, and what fills them when it opens.

Conversation and sources are HTML of our own (`views/`) inside `gr.HTML`, laid out a tab a module
(`page/tabs/`); docs/decisions/0004-page.md says why.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from typing import Any

import gradio as gr

from citeback.index.languages import ENGLISH
from citeback.page.state.chosen_sources import ChosenSources
from citeback.page.tabs import ask, documents, history, lookup, settings
from citeback.page.tabs.components import EVENT_OPTIONS, Labelled, user
from citeback.page.tabs.languages import speak
from citeback.page.tabs.review import drafts, folder, frame, questions, tables
from citeback.page.tabs.review import lists as review_lists
from citeback.page.views import conversations
from citeback.page.views.chosen_sources import chip
from citeback.page.views.review.sections import Section
from citeback.page.views.speech import spoken, tr
from citeback.page.workspace import PageServices
from citeback.rag.confidence import AnswerSettings
from citeback.rag.messages.catalogue import message

BEAT = 15.0  # seconds after which a closed page is noticed


def build(behind: PageServices) -> gr.Blocks:
    """Build the page."""

    def starters(request: gr.Request) -> Iterator[str]:
        yield from behind.chat_handlers(request).starters()

    blocks = gr.Blocks(title="Citeback", analytics_enabled=False, fill_width=True)
    with blocks:
        care = gr.State(AnswerSettings())
        with gr.Tabs(elem_id="tabs", selected="ask"):
            with gr.Tab("Ask", elem_id="ask", id="ask") as first:
                desk = ask.lay_out(behind.chat_handlers, care, behind.running)
                search = history.lay_out(behind.chat_handlers, desk)
            with gr.Tab("Look up", elem_id="look-up", id="look-up") as second:
                results = lookup.lay_out(behind.search_handlers)
            with gr.Tab("Review", elem_id="review", id="review") as third:
                review = frame.lay_out(third, behind.queue, behind.review_reader, review_sections(behind))
            with gr.Tab("Documents", elem_id="documents", id="documents") as fourth:
                renew = partial(ask.renewing, behind.chat_handlers, desk)
                ways = documents.lay_out(behind.folder_handlers, fourth, renew)
                ask.adding(behind.chat_handlers, behind.folder_handlers, desk)
            with gr.Tab("Settings", elem_id="settings", id="settings") as fifth:
                forms = settings.lay_out(behind.settings_handlers, care, fifth)
        blocks.load(keep_alive, concurrency_limit=None, **EVENT_OPTIONS)
        address = gr.Textbox(visible=False)  # with the fragment, which no server gets by itself
        blocks.load(starters, None, desk.starters, concurrency_limit=None, **EVENT_OPTIONS)
        tabs = [first, second, third, fourth, fifth]
        drawn: list[Labelled] = [
            (search, conversations.search),
            (desk.chosen, partial(chip, ChosenSources())),
            *review,
        ]
        # One event for all that opens the page: each is a request, and waits for the others.
        opening = [*desk.all, care, *forms, *results, *ways, *tabs, *desk.labelled]
        opening += [component for component, _ in drawn]
        opened = opening_handler(behind, [draw for _, draw in drawn])
        blocks.load(opened, address, opening, js="() => location.search + location.hash", **EVENT_OPTIONS)
    speak(blocks, behind.page_language)
    return blocks


def review_sections(behind: PageServices) -> list[tuple[Section, frame.LayOut]]:
    """Return the sections of the Review tab, each with what lays it out."""
    return [
        (drafts.SECTION, partial(drafts.lay_out, behind.draft_handlers, behind.reviewing)),
        (tables.SECTION, partial(tables.lay_out, behind.table_handlers, behind.reviewing)),
        (questions.SECTION, partial(questions.lay_out, behind.question_handlers)),
        (review_lists.SECTION, partial(review_lists.lay_out, behind.list_handlers)),
        *folder.sections(behind.folder_work, behind.comparing),
    ]


def opening_handler(
    behind: PageServices, drawn: Sequence[Callable[[], Any]]
) -> Callable[[str | None, gr.Request], tuple[Any, ...]]:
    """Return the handler of the event that fills a page when it opens, by its address."""
    shown_ways = documents.opened(behind.folder_handlers)

    def opened(address: str | None, request: gr.Request) -> tuple[Any, ...]:
        chat = behind.chat_handlers(request).reopen(address or "", user(request))
        now = behind.settings_handlers(request)
        return (
            *chat,
            *now.open(user(request)),
            now.language(user(request)),
            *behind.search_handlers(request).open(),
            *shown_ways(request),
            *labels(drawn),
        )

    return opened


TABS = (message("Ask"), message("Look up"), message("Review"), message("Documents"), message("Settings"))


def labels(drawn: Sequence[Callable[[], Any]]) -> list[Any]:
    """Return in the language of the page what is built in English: tabs, the question field, and forms.

    Gradio's own translations follow the browser, and nothing that is chosen on the page.
    """
    if spoken() == ENGLISH:
        return [gr.skip()] * (len(TABS) + ask.LABELLED + len(drawn))
    return [*(gr.Tab(label=tr(name)) for name in TABS), *ask.labels(), *(draw() for draw in drawn)]


async def keep_alive() -> AsyncIterator[None]:
    """Keep the event stream of a page open while the page is.

    Gradio closes the stream whenever nothing is running, and a question asked at that moment is never
    answered.
    """
    while True:
        yield
        await asyncio.sleep(BEAT)
