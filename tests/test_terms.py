"""The one analyser: folding, numbers, apostrophes, scripts without spaces, stems, stop words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.search.analyzer import MAX_TERM_CHARS, STOP_WORDS, Analyzer, fold_accents

ENGLISH = Analyzer("en")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The Generations were RUNNING", ["the", "generat", "were", "run"]),
        ("more than 3,000 or 1,234,567.89", ["more", "than", "3000", "or", "1234567.89"]),
        ("2.5 million, version 1.2.3, 24.02.2016.", ["2.5", "million", "version", "1.2.3", "24.02.2016"]),
        ("2016-02-24 and 5,00 and 1,0000", ["2016", "02", "24", "and", "5", "00", "and", "1", "0000"]),
        ("Obama's and Obama’s don't", ["obama", "and", "obama", "dont"]),
        ("'quoted' rock'n'roll", ["quot", "rocknrol"]),
        ("the U.S. and the U.S.A., e.g. here", ["the", "us", "and", "the", "usa", "eg", "here"]),
        ("São résumés naïve", ["sao", "resum", "naiv"]),
        ("COVID-19 x86 B2B max_tokens", ["covid", "19", "x86", "b2b", "max", "token"]),
        ("ﬁle №5 x² ３,０００", ["file", "no5", "x2", "3000"]),
        ("東京都 京 と AI研究", ["東京", "京都", "京", "と", "ai", "研究"]),
        ("約3,000人・ラジオ", ["約", "3000", "人", "ラジ", "ジオ"]),
        ("한국어 हिन्दी עִבְרִית", ["한국어", "हिन्दी", "עברית"]),
        ("…—!? \n\t", []),
    ],
)
def test_terms(text: str, terms: list[str]) -> None:
    assert ENGLISH.terms(text) == terms


def test_other_languages_stem_with_their_accents_and_fold_after() -> None:
    assert Analyzer("fr").terms("l'économie, les économies") == ["l", "econom", "le", "econom"]
    assert Analyzer("ru").terms("новый новая Новой") == ["нов", "нов", "нов"]
    assert Analyzer("xx").terms("Running") == ["running"]


def test_questions_lose_stop_words_unless_nothing_else_is_left() -> None:
    assert ENGLISH.query_terms("At which port did the ground forces disembark?") == [
        "port",
        "ground",
        "forc",
        "disembark",
    ]
    assert ENGLISH.query_terms("What is it?") == ["what", "is", "it"]
    assert ENGLISH.query_terms("Does the WHO or the US say so, US?") == ["who", "us", "say"]
    assert Analyzer("de").query_terms("was ist das was") == ["was", "ist", "das"]
    assert "who" not in STOP_WORDS


@given(st.text(), st.sampled_from(["en", "fr", "ru", "xx"]))
def test_terms_are_short_and_hold_no_white_space(text: str, language: str) -> None:
    for term in Analyzer(language).terms(text):
        assert term
        assert len(term) <= 4 * MAX_TERM_CHARS
        assert len(term.split()) == 1
        assert term.strip() == term


@given(st.text(), st.text())
def test_texts_side_by_side_keep_their_terms(a: str, b: str) -> None:
    assert ENGLISH.terms(f"{a}\n{b}") == ENGLISH.terms(a) + ENGLISH.terms(b)


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)))
def test_case_and_accents_make_no_difference(text: str) -> None:
    assert ENGLISH.terms(text.upper().lower()) == ENGLISH.terms(text.lower().upper())
    assert ENGLISH.terms(fold_accents(text)) == ENGLISH.terms(text)


@given(st.text())
def test_queries_ask_for_terms_that_documents_hold(text: str) -> None:
    asked = ENGLISH.query_terms(text)
    assert set(asked) <= set(ENGLISH.terms(text))
    assert len(asked) == len(set(asked))
    assert bool(asked) == bool(ENGLISH.terms(text))


def test_a_word_longer_than_any_is_cut_on_both_sides_alike() -> None:
    assert ENGLISH.terms("b" * 100_000) == ENGLISH.query_terms("b" * 100_000) == ["b" * MAX_TERM_CHARS]
