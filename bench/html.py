"""Measure what is read of web pages: precision, recall and F1 of words, as trafilatura's evaluation does.

    python -m bench.html [--write DIR]

Sixty made pages of twelve layouts, each with menus, advertisements and a footer around its main text. Prints
the figures of our reader and of trafilatura's own text, layout by layout. `--write` writes the pages and
their main texts to a folder instead, for other readers. `--data` is ignored.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import trafilatura

from bench.sets import commit
from citeback.index.errors import ReadError
from citeback.index.readers.html import web_page

TOPICS = ("canal", "lighthouse", "ferry", "orchard", "tramway")
LINKS = ("Home", "Latest", "Sport", "Weather", "Log in", "Subscribe for 4 pounds a month", "Contact us")
Made = tuple[str, list[str]]
"""The markup of a main text, and its words in order."""


def sentences(dice: Random, topic: str, count: int) -> list[str]:
    """Return paragraphs of two sentences, no two alike."""
    return [
        f"In {dice.randint(1800, 2019)} the {topic} employed {dice.randint(20, 900)} people, and its keeper"
        f" called it a {dice.choice(('hard', 'mild', 'long'))} winter. By spring {dice.randint(2, 90)} of"
        f" them had left for the {dice.choice(TOPICS)} nearby, which was still being built."
        for _ in range(count)
    ]


def tagged(tag: str, texts: list[str]) -> str:
    """Return each text within an element."""
    return "".join(f"<{tag}>{text}</{tag.split()[0]}>" for text in texts)


def news(texts: list[str], title: str) -> Made:
    """Return an article with a quotation."""
    body = f"<h1>{title}</h1>{tagged('p', texts[:-1])}<blockquote>{texts[-1]}</blockquote>"
    return f"<main><article>{body}</article></main>", [title, *texts]


def blog(texts: list[str], title: str) -> Made:
    """Return a post with a list."""
    body = f"{tagged('p', texts[:3])}<ul>{tagged('li', texts[3:])}</ul>"
    return f"<div class='post hentry'><h2>{title}</h2><div class='entry-content'>{body}</div></div>", [
        title,
        *texts,
    ]


def manual(texts: list[str], title: str) -> Made:
    """Return a page of documentation with code."""
    heads = [f"Step {n}" for n in range(len(texts))]
    body = "".join(f"<h2>{head}</h2><p>{text}</p>" for head, text in zip(heads, texts, strict=True))
    words = [word for pair in zip(heads, texts, strict=True) for word in pair]
    return f"<div class='body' role='main'><h1>{title}</h1>{body}<pre>start --slowly</pre></div>", [
        title, *words, "start --slowly"]  # fmt: skip


def encyclopedia(texts: list[str], title: str) -> Made:
    """Return an entry with a table."""
    rows = [(str(1900 + n), str(100 + 7 * n)) for n in range(4)]
    cells = "".join(f"<tr><td>{year}</td><td>{count}</td></tr>" for year, count in rows)
    table = f"<table><tr><th>Year</th><th>Visitors</th></tr>{cells}</table>"
    words = [title, *texts, "Year Visitors", *(" ".join(row) for row in rows)]
    return (
        f"<h1>{title}</h1><div class='mw-parser-output'>{tagged('p', texts)}{table}</div>",
        words,
    )


def forum(texts: list[str], title: str) -> Made:
    """Return a thread of posts."""
    return f"<div class='topic'><h1>{title}</h1>{tagged('div class=post-text', texts)}</div>", [title, *texts]


def questions(texts: list[str], title: str) -> Made:
    """Return answers that open when their questions are clicked."""
    asked = [f"What of {n}?" for n in range(len(texts))]
    pairs = list(zip(asked, texts, strict=True))
    body = "".join(f"<details><summary>{one}</summary><p>{text}</p></details>" for one, text in pairs)
    return f"<main><h1>{title}</h1>{body}</main>", [title, *(word for pair in pairs for word in pair)]


def recipe(texts: list[str], title: str) -> Made:
    """Return a list of things and ordered steps, which have numbers on the page."""
    things = ["9 metres of rope", "2 lamps", "a can of oil"]
    body = f"<ul>{tagged('li', things)}</ul><ol>{tagged('li', texts)}</ol>"
    return f"<article><h1>{title}</h1>{body}</article>", [
        title, *things, *(f"{n}. {text}" for n, text in enumerate(texts, 1))]  # fmt: skip


def product(texts: list[str], title: str) -> Made:
    """Return a description with properties."""
    properties = [("Length", "9 m"), ("Weight", "310 kg"), ("Price", "4,200 euros")]
    body = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in properties)
    words = [title, *texts, *(word for pair in properties for word in pair)]
    return f"<main class='product'><h1>{title}</h1>{tagged('p', texts)}<dl>{body}</dl></main>", words


def items(texts: list[str], title: str) -> Made:
    """Return an article without paragraphs."""
    body = f"<h1>{title}</h1><div class='text'><ul>{tagged('li', texts)}</ul></div>"
    return f"<main><article>{body}</article></main>", [title, *texts]


def laid_out(texts: list[str], title: str) -> Made:
    """Return a page laid out by tables, as pages were before style sheets."""
    return f"<table><tr><td><font size=5>{title}</font><br>{'<br><br>'.join(texts)}</td></tr></table>", [
        title,
        *texts,
    ]


def plain(texts: list[str], title: str) -> Made:
    """Return paragraphs that are not closed."""
    return f"<h1>{title}</h1>{''.join(f'<p>{text}' for text in texts)}", [title, *texts]


def short(texts: list[str], title: str) -> Made:
    """Return a notice of one paragraph."""
    return f"<main><h1>{title}</h1><p>{texts[0]}</p></main>", [title, texts[0]]


LAYOUTS: tuple[Callable[[list[str], str], Made], ...] = (
    *(news, blog, manual, encyclopedia, forum, questions, recipe, product, items, laid_out, plain, short),
)


def pages() -> Iterator[tuple[str, str, str]]:
    """Yield the layout, the markup and the main text of each page."""
    menu = tagged("li", [f"<a href='/{n}'>{words}</a>" for n, words in enumerate(LINKS)])
    for layout in LAYOUTS:
        for n, topic in enumerate(TOPICS):
            dice = Random(n)  # noqa: S311  the same pages at every run
            main, words = layout(sentences(dice, topic, 6), f"What became of the {topic}")
            markup = (
                f"<!DOCTYPE html><html><head><title>The {topic} - The Daily Example</title></head><body>"
                "<div class='cookie-banner'><p>We use cookies to improve your experience</p></div>"
                f"<header><nav><ul>{menu}</ul></nav></header>{main}<aside class='sidebar'><h3>Most read</h3>"
                "<p><a href='/ad'>Lower your bills today</a></p></aside><div><a>Share this</a></div><footer>"
                "<a href='/t'>Terms</a><p>Copyright 2026 The Daily Example</p></footer></body></html>"
            )
            yield layout.__name__, markup, "\n".join(words)


def ours(markup: str) -> str:
    """Return what our reader reads of a page."""
    try:
        return web_page.read(markup.encode(), "page").text
    except ReadError:
        return ""


def theirs(markup: str) -> str:
    """Return trafilatura's own text of a page."""
    return trafilatura.extract(markup) or ""


def counts(text: str, wanted: str) -> Counter[str]:
    """Return how many words are right, read and wanted."""
    one, other = (Counter(re.findall(r"\w+", each.lower())) for each in (text, wanted))
    return Counter(right=(one & other).total(), read=one.total(), wanted=other.total())


def figures(found: Counter[str]) -> str:
    """Return precision, recall and F1."""
    precision, recall = found["right"] / max(found["read"], 1), found["right"] / max(found["wanted"], 1)
    return f"{precision:.3f} | {recall:.3f} | {2 * precision * recall / max(precision + recall, 1e-9):.3f}"


def main() -> None:
    """Print the figures of both readers for each layout and for all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    made = list(pages())
    if args.write:
        args.write.mkdir(parents=True, exist_ok=True)
        (args.write / "pages.json").write_text(json.dumps(made))
        return
    print(f"`python -m bench.html` at {commit()}: {len(made)} pages, words\n")
    print("| layout | precision | recall | F1 | trafilatura: precision | recall | F1 |")
    print("|---|---|---|---|---|---|---|")
    whole = (Counter[str](), Counter[str]())
    for layout in LAYOUTS:
        totals = (Counter[str](), Counter[str]())
        for name, markup, wanted in made:
            for total, every, read in zip(totals, whole, (ours, theirs), strict=True):
                if name == layout.__name__:
                    found = counts(read(markup), wanted)
                    total.update(found)
                    every.update(found)
        print(f"| {layout.__name__} | {' | '.join(map(figures, totals))} |")
    print(f"| all | {' | '.join(map(figures, whole))} |")


if __name__ == "__main__":
    main()
