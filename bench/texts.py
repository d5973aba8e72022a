"""The functions of the product that process untrusted text: a document, a question, an answer."""

import json
from collections.abc import Callable, Iterable, Mapping

from citeback.index.errors import ReadError
from citeback.index.generations.parts.minhash import minhash
from citeback.index.readers import reading
from citeback.index.readers.common.control_characters import clean, line, title
from citeback.index.readers.common.decode import decode
from citeback.index.readers.common.running_lines import running_lines
from citeback.index.readers.formats import FORMATS
from citeback.index.records import Chunk, Source, Span
from citeback.index.search.analyzer import Analyzer, fold_accents
from citeback.page.state.exchange import CitedPlace
from citeback.page.views import answers, source_panel
from citeback.rag.answer import Turn
from citeback.rag.checking.claims.conditionals import dropped_conditions
from citeback.rag.checking.claims.facts import FactIndex, facts
from citeback.rag.checking.claims.injected_instructions import instructed_sentences, is_instruction
from citeback.rag.checking.claims.modality import reported_as_done
from citeback.rag.checking.claims.negation import contradictions
from citeback.rag.checking.claims.numerals import months, numbers, numeric_dates, parse_number_words
from citeback.rag.checking.claims.quantifiers import widened_quantifiers
from citeback.rag.checking.claims.repetition import repeated_phrases
from citeback.rag.checking.claims.role_swaps import swapped_roles
from citeback.rag.checking.claims.word_sequence import ClaimText
from citeback.rag.counting import counted_phrase, wants_all
from citeback.rag.evidence.answer_types import short_answer_spans
from citeback.rag.evidence.heading_context import sentence_contexts
from citeback.rag.question import depends_on_history, small_talk, standalone
from citeback.rag.writing.chat_writer import parse_draft, split_finished

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
        "query": analyzer.query_terms,
        "fold": fold_accents,
        "sketch": minhash,
        "clean": clean,
        "line": line,
        "title": title,
        "decode": _read(decode),
        "decode damaged": _read(lambda data: decode(b"\xe9 " + data)),
        "running": lambda text: running_lines([text] * 3),
    }


def _of_rag() -> Mapping[str, Work]:
    return {
        "small_talk": small_talk,
        "leans": depends_on_history,
        "standalone": lambda text: standalone("And?", [Turn("user", text)]),
        "counted": lambda text: counted_phrase(f"how many documents mention {text}"),
        "counted where": lambda text: counted_phrase(f"in which documents is {text}"),
        "wants_all": wants_all,
        "marks when": lambda text: short_answer_spans("When was it?", text),
        "marks how many": lambda text: short_answer_spans("How many are there?", text),
        "marks who": lambda text: short_answer_spans("Who was it?", text),
        "above": lambda text: list(
            sentence_contexts(Source(text=text, title="t", kind="text"), _whole(text))
        ),
        "cut": split_finished,
        "draft": lambda text: parse_draft(text, ()),
    }


def _of_claims() -> Mapping[str, Work]:
    analyzer = Analyzer("en")

    plain = ClaimText("Ada Holm did not keep the lock in 1923 if it rained.", analyzer)

    def of_two(check: Callable[[ClaimText, list[ClaimText]], Iterable[object]]) -> Work:
        def work(text: str) -> object:
            claim_text = ClaimText(text, analyzer)
            return list(check(claim_text, [plain])), list(check(plain, [claim_text]))

        return work

    return {
        "facts": lambda text: facts(text, analyzer),
        "numbers": lambda text: list(numbers(text)),
        "spelled": parse_number_words,
        "months": lambda text: list(months(text)),
        "whole_dates": lambda text: list(numeric_dates(text)),
        "Known": lambda text: _known(FactIndex(text, analyzer)),
        "orders": is_instruction,
        "ordered": lambda text: instructed_sentences([text, "Words."]),
        "ClaimText": lambda text: _claim_parts(ClaimText(text, analyzer)),
        "opposed": of_two(contradictions),
        "swapped": of_two(swapped_roles),
        "dropped": of_two(dropped_conditions),
        "done": of_two(reported_as_done),
        "widened": of_two(widened_quantifiers),
        "repeated": of_two(repeated_phrases),
    }


def _of_page() -> Mapping[str, Work]:
    place = CitedPlace(ref="cite-0-1", document="a.md", span=Span(0, 1), quote="a")

    def of_kind(kind: str) -> Work:
        return lambda text: source_panel.document_panel(Source(text=f"a{text}", title="t", kind=kind), place)

    kinds = ("text", "markdown", "csv", "mail", "code")
    return {"styled": answers.styled, **{f"the page, {kind}": of_kind(kind) for kind in kinds}}


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


def _known(known: FactIndex) -> object:
    return known.words, known.numbers, known.months, known.names, known.acronyms


def _claim_parts(claim_text: ClaimText) -> object:
    return claim_text.negated, claim_text.affirmed, claim_text.names


def _whole(text: str) -> Chunk:
    return Chunk(Span(0, len(text)), (Span(0, len(text)),))
