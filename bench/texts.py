"""The functions of the product that process untrusted text: a document, a question, an answer."""

import json
from collections.abc import Callable, Iterable, Mapping

from index.errors import ReadError
from index.parts.near import sketch
from index.readers import FORMATS, reading
from index.readers.clean import clean, line, title
from index.readers.decode import decode
from index.readers.running import running
from index.records import Chunk, Source, Span
from index.terms import Analyzer, fold
from page import markup, reader
from page.exchange import Place
from rag.above import above
from rag.answer import Turn
from rag.claims.conditions import dropped
from rag.claims.extent import widened
from rag.claims.facts import Known, facts
from rag.claims.numerals import months, numbers, spelled, whole_dates
from rag.claims.orders import ordered, orders
from rag.claims.polarity import opposed
from rag.claims.repeats import repeated
from rag.claims.roles import swapped
from rag.claims.said import Said
from rag.claims.wishes import done
from rag.counting import counted, wants_all
from rag.kinds import marks
from rag.llm.chat import cut, draft
from rag.question import leans, small_talk, standalone

Work = Callable[[str], object]
TEXTS = (".txt", ".md", ".html", ".csv", ".tsv", ".json", ".jsonl", ".eml", ".mbox", ".srt", ".xml", ".py")
"""Suffixes of text formats; without .rst, which docutils reads in its own time, under limits."""


def functions() -> Mapping[str, Work]:
    """Return the functions by name."""
    return {**_of_index(), **_of_rag(), **_of_claims(), **_of_page(), **_of_readers()}


def _of_index() -> Mapping[str, Work]:
    analyzer, french = Analyzer("en"), Analyzer("fr")
    return {
        "terms": analyzer.terms,
        "terms in French": french.terms,
        "query": analyzer.query,
        "fold": fold,
        "sketch": sketch,
        "clean": clean,
        "line": line,
        "title": title,
        "decode": _read(decode),
        "decode damaged": _read(lambda data: decode(b"\xe9 " + data)),
        "running": lambda text: running([text] * 3),
    }


def _of_rag() -> Mapping[str, Work]:
    return {
        "small_talk": small_talk,
        "leans": leans,
        "standalone": lambda text: standalone("And?", [Turn("user", text)]),
        "counted": lambda text: counted(f"how many documents mention {text}"),
        "counted where": lambda text: counted(f"in which documents is {text}"),
        "wants_all": wants_all,
        "marks when": lambda text: marks("When was it?", text),
        "marks how many": lambda text: marks("How many are there?", text),
        "marks who": lambda text: marks("Who was it?", text),
        "above": lambda text: list(above(Source(text, "t", "text"), _whole(text))),
        "cut": cut,
        "draft": lambda text: draft(text, ()),
    }


def _of_claims() -> Mapping[str, Work]:
    analyzer = Analyzer("en")

    plain = Said("Ada Holm did not keep the lock in 1923 if it rained.", analyzer)

    def of_two(check: Callable[[Said, list[Said]], Iterable[object]]) -> Work:
        def work(text: str) -> object:
            said = Said(text, analyzer)
            return list(check(said, [plain])), list(check(plain, [said]))

        return work

    return {
        "facts": lambda text: facts(text, analyzer),
        "numbers": lambda text: list(numbers(text)),
        "spelled": spelled,
        "months": lambda text: list(months(text)),
        "whole_dates": lambda text: list(whole_dates(text)),
        "Known": lambda text: _known(Known(text, analyzer)),
        "orders": orders,
        "ordered": lambda text: ordered([text, "Words."]),
        "Said": lambda text: _said(Said(text, analyzer)),
        "opposed": of_two(opposed),
        "swapped": of_two(swapped),
        "dropped": of_two(dropped),
        "done": of_two(done),
        "widened": of_two(widened),
        "repeated": of_two(repeated),
    }


def _of_page() -> Mapping[str, Work]:
    place = Place("cite-0-1", "a.md", Span(0, 1), "a")

    def of_kind(kind: str) -> Work:
        return lambda text: reader.document(Source(f"a{text}", "t", kind), place)

    kinds = ("text", "markdown", "csv", "mail", "code")
    return {"styled": markup.styled, **{f"the page, {kind}": of_kind(kind) for kind in kinds}}


def _of_readers() -> Mapping[str, Work]:
    return {f"reading {suffix}": _reading(suffix) for suffix in TEXTS if suffix in FORMATS}


def _reading(suffix: str) -> Work:
    read = reading(suffix)
    if suffix in (".json", ".jsonl"):
        return lambda text: read(json.dumps({"key": text, "more": [text, {text: 1}]}).encode(), "stem")

    return _read(lambda data: read(data, "stem"))


def _read(read: Callable[[bytes], object]) -> Work:
    def work(text: str) -> object:
        try:
            return read(text.encode())
        except ReadError:
            return None

    return work


def _known(known: Known) -> object:
    return known.words, known.numbers, known.months, known.names, known.initials


def _said(said: Said) -> object:
    return said.denied, said.affirmed, said.names


def _whole(text: str) -> Chunk:
    return Chunk(Span(0, len(text)), (Span(0, len(text)),))
