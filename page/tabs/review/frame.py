"""The frame of the Review tab: its sections, and the reader that their links open."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import gradio as gr

from citeback.page.presenters.review.reader import ReviewReader
from citeback.page.tabs.components import HandlerFor, Labelled, html, parse_click, sequential
from citeback.page.views.review.sections import Section, navigation
from citeback.serving.work_queue import WorkQueue


@dataclass(frozen=True)
class SectionParts:
    """What a section gives to the frame: `states` hold `LinkedPlaces`, and `links` contain links to them.

    `labelled` are those built in English. `with_reader` is called with the reader, for sections that show
    buttons in it.
    """

    states: tuple[gr.State, ...]
    links: tuple[gr.HTML, ...]
    labelled: tuple[Labelled, ...] = ()
    with_reader: Callable[[gr.HTML], None] | None = None


@dataclass(frozen=True)
class ReviewFrame:
    """What a section gets: the tab, the queue of long work, and the name of the section's components."""

    tab: gr.Tab
    queue: WorkQueue
    parts: list[SectionParts] = field(default_factory=list)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Lay out a section; page.js shows it while its button is pressed."""
        with gr.Column(elem_id=f"review-{name}", elem_classes="review-section"):
            yield


LayOut = Callable[[ReviewFrame], SectionParts]


def lay_out(
    tab: gr.Tab,
    queue: WorkQueue,
    reader: HandlerFor[ReviewReader],
    sections: Sequence[tuple[Section, LayOut]],
) -> list[Labelled]:
    """Lay out the navigation, the sections and the reader beside them; return what is built in English."""
    frame = ReviewFrame(tab, queue)
    ways = partial(navigation, [section for section, _ in sections])
    shown = html("review-sections", ways())
    with gr.Row(elem_id="review-body"):
        with gr.Column(elem_id="review-work"):
            for (name, _), section in sections:
                with frame.section(name):
                    frame.parts.append(section(frame))
        panel = html("review-reader")
    _following(frame, panel, reader)
    return [(shown, ways), *(each for part in frame.parts for each in part.labelled)]


def _following(frame: ReviewFrame, panel: gr.HTML, reader: HandlerFor[ReviewReader]) -> None:
    states = [state for part in frame.parts for state in part.states]

    def follow(click: gr.EventData, request: gr.Request, *shown: Any) -> str:
        return reader(request).follow(parse_click(click).get("ref", ""), shown)

    for component in (*(link for part in frame.parts for link in part.links), panel):
        component.follow(follow, states, panel, **sequential("review-reader"))
    for part in frame.parts:
        if part.with_reader:
            part.with_reader(panel)
