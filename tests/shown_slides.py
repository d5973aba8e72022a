"""Files for the phrases of the manual about presentations."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pptx
from made import (
    deck_of,
    embedded,
    shape,
    sheet_of,
)
from samples import saved
from shown_file import OMML, W_BODY, WORDS, Shown, damaged, with_part


def a_deck() -> bytes:
    return deck_of(shape("Osby.", 0))


def slide(shapes: str) -> Shown:
    return Shown("a.pptx", lambda: deck_of(shape("Osby.", 0) + shapes))


def spoken() -> bytes:
    deck: Any = pptx.Presentation()
    page_ = deck.slides.add_slide(deck.slide_layouts[0])
    page_.shapes.title.text = "Osby."
    page_.notes_slide.notes_text_frame.text = WORDS
    return saved(deck.save)


def one_slide_hidden() -> bytes:
    deck: Any = pptx.Presentation()
    for words in ("Osby.", WORDS):
        deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = words
    deck.slides[1]._element.set("show", "0")
    return saved(deck.save)


def grid_of_slide() -> bytes:
    deck: Any = pptx.Presentation()
    table = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_table(1, 2, 0, 0, 9, 9).table
    table.cell(0, 0).text, table.cell(0, 1).text = "seven", "grey herons"
    return saved(deck.save)


def charted_slide() -> bytes:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    deck: Any = pptx.Presentation()
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = [WORDS]
    data.add_series("Count", (7,))
    slide_ = deck.slides.add_slide(deck.slide_layouts[6])
    slide_.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, 9, 9, data)
    return saved(deck.save)


def commented_slide() -> Shown:
    body = f"<p:cm authorId='0'><p:text>{WORDS}</p:text></p:cm>"
    return with_part("a.pptx", a_deck, "ppt/comments/c.xml", W_BODY.format(body).encode(), "comments")


SLIDES: Mapping[tuple[str, str, str], Shown] = MappingProxyType(
    {
        ("presentations", "read", "slides from top to bottom"): Shown(
            "a.pptx",
            lambda: deck_of(shape("grey herons", 9_000_000) + shape("seven", 0)),
            "seven\n\ngrey herons",
        ),
        ("presentations", "read", "tables"): Shown("a.pptx", grid_of_slide, "seven\tgrey herons"),
        ("presentations", "read", "notes"): Shown("a.pptx", spoken),
        ("presentations", "read", "comments"): commented_slide(),
        ("presentations", "read", "automatic numbers"): Shown(
            "a.pptx",
            slide(
                shape(
                    '<a:p><a:pPr><a:buAutoNum type="arabicPeriod" startAt="7"/></a:pPr><a:r><a:t>herons</a:t></a:r></a:p>',
                    9,
                )
            ).make,
            "7. herons",
        ),
        ("presentations", "read", "formulas"): Shown(
            "a.pptx", slide(shape(f"<a:p>{OMML}</a:p>", 9)).make, "3/16"
        ),
        ("presentations", "read", "charts"): Shown("a.pptx", charted_slide),
        ("presentations", "read", "embedded files"): Shown(
            "a.pptx", lambda: embedded(a_deck(), "ppt/embeddings/birds.xlsx", sheet_of(("Birds", WORDS)))
        ),
        ("presentations", "listed", "damaged parts"): damaged(
            "a.pptx", a_deck, "ppt/slideLayouts/slideLayout7.xml"
        ),
        ("presentations", "passed over", "hidden shapes"): slide(shape(WORDS, 9, 'hidden="1"')),
        ("presentations", "passed over", "words of hidden slides"): Shown("a.pptx", one_slide_hidden),
    }
)
"""Files by format, column and phrase of the table."""
