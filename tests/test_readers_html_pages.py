"""Pages of the kinds that people save: what belongs to them is read, and what stands around it is not.

Judged as trafilatura judges extractors (its documentation, "Evaluation"): by pieces of a page that must come
out and pieces that must not; and by the words of all of it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

import pytest
import trafilatura
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.readers.common.blocks import Block
from citeback.index.readers.html import web_page

TOPICS = ("canal", "lighthouse", "ferry", "library", "orchard", "observatory", "tramway", "foundry")
FURNITURE = (
    *("Home", "Latest", "Sport", "Weather", "Log in", "Subscribe for 4 pounds a month"),
    *(
        "We use cookies to improve your experience",
        "Share on social media",
        "Sponsored: lower your bills today",
    ),
    *("Most read this week", "Terms of service", "Copyright 2022 The Daily Example"),
)


@dataclass(frozen=True)
class Page:
    """A page with what must come out of it, in order, and what must not."""

    markup: str
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...] = FURNITURE


def prose(dice: Random, topic: str, count: int) -> list[str]:
    """Return paragraphs, no two alike."""
    years = dice.sample(range(1800, 2020), count)
    return [
        f"In {year} the {topic} employed {dice.randint(20, 900)} people, and its keeper called it a "
        f"{dice.choice(('hard', 'mild', 'long'))} winter. In spring {dice.randint(2, 90)} of them had left, "
        f"while the {dice.choice(TOPICS)} nearby was still being built."
        for year in years
    ]


def around(main: str, title: str) -> str:
    """Return a page with menus, advertisements and a footer around what it is about."""
    menu = "".join(f"<li><a href='/{n}'>{words}</a></li>" for n, words in enumerate(FURNITURE[:5]))
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body>"
        f"<div class='cookie-banner'><p>{FURNITURE[6]}</p><button>Accept</button></div>"
        f"<header><nav><ul>{menu}</ul></nav><a class='cta' href='/s'>{FURNITURE[5]}</a></header>"
        f"{main}<aside class='sidebar'><h3>{FURNITURE[9]}</h3><p><a href='/ad'>{FURNITURE[8]}</a></p></aside>"
        f"<div class='share'><a href='#'>{FURNITURE[7]}</a></div>"
        f"<footer><a href='/t'>{FURNITURE[10]}</a><p>{FURNITURE[11]}</p></footer></body></html>"
    )


def news(dice: Random, topic: str) -> Page:
    texts, title = prose(dice, topic, 6), f"What became of the {topic}"
    body = "".join(f"<p>{each}</p>" for each in texts)
    quote = f"Nobody will miss the {topic} more than I do, said its last keeper."
    main = f"<main><article><h1>{title}</h1>{body}<blockquote><p>{quote}</p></blockquote></article></main>"
    return Page(around(main, title), (*texts, quote))


def blog(dice: Random, topic: str) -> Page:
    texts, title = prose(dice, topic, 5), f"A walk to the {topic}"
    steps = tuple(f"Turn {way} at the {dice.choice(TOPICS)}." for way in ("left", "right", "back"))
    items = "".join(f"<li>{step}</li>" for step in steps)
    body = "".join(f"<p>{each}</p>" for each in texts)
    inside = f"<h2>{title}</h2><div class='entry-content'>{body}<ul>{items}</ul></div>"
    main = f"<div class='post hentry'>{inside}</div>"
    return Page(around(main, title), (*texts, *steps))


def manual(dice: Random, topic: str) -> Page:
    texts, title = prose(dice, topic, 4), f"Running the {topic}"
    heads = ("Opening", "Closing", "Repairs", "Records")
    code = f"start --{topic} --slowly"
    body = "".join(f"<h2>{head}</h2><p>{each}</p>" for head, each in zip(heads, texts, strict=True))
    inside = f"<h1>{title}</h1>{body}<pre><code>{code}</code></pre>"
    main = f"<div class='document'><div class='body'>{inside}</div></div>"
    return Page(around(main, title), (*heads, *texts, code))


def encyclopedia(dice: Random, topic: str) -> Page:
    texts, title = prose(dice, topic, 6), f"The {topic}"
    rows = tuple((str(1900 + n), str(dice.randint(100, 999))) for n in range(4))
    cells = "".join(f"<tr><td>{year}</td><td>{count}</td></tr>" for year, count in rows)
    body = "".join(f"<p>{each}</p>" for each in texts)
    main = (
        f"<div id='content'><h1>{title}</h1><div class='mw-parser-output'>{body}"
        f"<table><tr><th>Year</th><th>Visitors</th></tr>{cells}</table></div></div>"
    )
    return Page(around(main, title), (*texts, *(f"{year}\t{count}" for year, count in rows)))


def plain(dice: Random, topic: str) -> Page:
    texts = prose(dice, topic, 5)
    return Page(f"<html><body><h1>On the {topic}</h1>{''.join(f'<p>{each}' for each in texts)}</body></html>",
                tuple(texts), ())  # fmt: skip


KINDS: tuple[Callable[[Random, str], Page], ...] = (news, blog, manual, encyclopedia, plain)
PAGES = [kind(Random(n), topic) for kind in KINDS for n, topic in enumerate(TOPICS)]  # noqa: S311


def flat(text: str) -> str:
    return re.sub(r"[\s|]+", " ", text)


def by_pieces(read: Callable[[str], str], pages: Iterable[Page]) -> tuple[float, float]:
    """Return precision and recall over pieces, as trafilatura's own evaluation counts them."""
    right = missed = wrong = 0
    for page in pages:
        result = flat(read(page.markup))
        here = sum(flat(piece) in result for piece in page.wanted)
        right, missed = right + here, missed + len(page.wanted) - here
        wrong += sum(flat(piece) in result for piece in page.unwanted)
    return right / (right + wrong), right / (right + missed)


def by_words(read: Callable[[str], str], page: Page) -> float:
    """Return F1 of the words of a page, its heading among them."""
    heading = " ".join(re.findall(r"<h[12]>(.*?)</h", page.markup)[:1])
    result = Counter(re.findall(r"\w+", read(page.markup).lower()))
    wanted = Counter(re.findall(r"\w+", " ".join((heading, *page.wanted)).lower()))
    return 2 * (result & wanted).total() / (result.total() + wanted.total())


def ours(markup: str) -> str:
    return web_page.read(markup.encode(), "stem").text


def theirs(markup: str) -> str:
    return trafilatura.extract(markup) or ""


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=[kind.__name__ for kind in KINDS])
def test_what_belongs_to_a_page_is_read_and_nothing_around_it(kind: int) -> None:
    pages = PAGES[kind * len(TOPICS) : (kind + 1) * len(TOPICS)]
    precision, recall = by_pieces(ours, pages)
    assert min(precision, recall) > 0.97
    assert min(by_words(ours, page) for page in pages) > 0.95


def test_no_word_is_lost_that_the_library_alone_finds() -> None:
    mean = [sum(by_words(read, page) for page in PAGES) / len(PAGES) for read in (ours, theirs)]
    assert mean[0] >= mean[1] and mean[0] > 0.98
    print(f"word F1: {mean[0]:.3f}, trafilatura's own text {mean[1]:.3f}; pieces: {by_pieces(ours, PAGES)}")


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_blocks_of_an_article_keep_the_order_of_the_page(texts: list[str], dice: Random) -> None:
    page = [Block(f"{text}{n}") for n, text in enumerate(texts)]
    taken = dice.sample(page, dice.randint(1, len(page)))
    assert web_page.in_page_order(taken, page) == sorted(taken, key=page.index)
    repeated = [Block(text) for text in texts]  # what stands there twice keeps the order that it has
    assert web_page.in_page_order(repeated, repeated) == repeated
