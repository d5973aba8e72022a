"""Answers as a careful person gives them, kind by kind, over a small folder and with the real model."""

from collections.abc import Iterator

import pytest

from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.records import Span
from citeback.index.sync.sync import sync
from citeback.rag.answer import Answer, Turn
from citeback.rag.corpus import Corpus
from citeback.rag.evidence.ranking import Evidence, Features
from citeback.rag.verified_writing import AnsweredPart, top_evidence

TARIFF = "# Tariff\n\nValid from 1 January {year}.\n\nA berth for a yacht costs {euros} euros a night.\n"
VESSEL = "# Vessel {name}\n\nRepairs of vessel {name} in 2025:\n\n{repair}\n"
FOLDER = {
    "prices/tariff-2023.md": TARIFF.format(year=2023, euros=31),
    "prices/tariff-2025.md": TARIFF.format(year=2025, euros=38),
    "berths/north.md": "# North quay\n\nThe north quay is lit by 14 lamps, of which two are red.\n",
    "berths/south.md": "# South quay\n\nThe south quay is lit by 22 lamps, of which two are red.\n",
    "faq.txt": "What is a spring tide?\n\nA spring tide is the higher tide that follows a full or a new moon."
    "\n\nWho owns the pier?\n\nThe pier belongs to the parish of Solberg.\n",
    "boats/V-2031.md": VESSEL.format(
        name="V-2031", repair="On 3 March the shipyard replaced the propeller and two planks."
    ),
    "boats/V-2032.md": VESSEL.format(name="V-2032", repair="On 9 May the shipyard painted the hull."),
    "casting-off.md": "# How to cast off\n\n1. Start the engine.\n2. Take in the stern line.\n"
    "3. Take in the bow line.\n4. Push the bow away from the quay.\n\nNever cast off in fog.\n",
    "staff.md": "# People of the harbour\n\nIngrid Moen is the harbour master; she has held the post since "
    "2011.\n\nIngrid Moen served in the coast guard for nine years before that.\n\n"
    "Torvald Lie repairs the cranes.\n",
    "cranes.md": "# Cranes\n\nThe red crane lifts 12 tonnes. The blue crane lifts 40 tonnes.\n",
    "landings.csv": "Year,Quarter,Cod,Herring\n"
    + "".join(
        f"{year},Q{n},{700 + 31 * n + year % 7},{400 + 17 * n + year % 5}\n"
        for year in (2023, 2024)
        for n in (1, 2, 3, 4)
    ),
    "pilots.md": "# Evenings of the pilots\n\nEvery other month a pilot speaks in the club house.\n\n"
    "## 12 January 2025\nEinar Vik spoke about the storm of 1987.\n\n"
    "## 9 March 2025\nSigne Dahl spoke about ice in the fjord.\n\n"
    "## 11 May 2025\nJon Aas spoke about lights that went out in the war.\n",
    "worms/1-piles.md": "# Piles\n\nShipworm eats a pile of spruce in four years.\n",
    "worms/2-tar.md": "# Tar\n\nTar keeps shipworm out for about six years.\n",
    "worms/3-salt.md": "# Salt\n\nShipworm dies in water with little salt.\n",
    "study.md": "# Mussels on ropes\n\nMussels grow faster on ropes of coconut fibre.\n\n## References\n"
    "1. Berg, A. et al. Farming oysters in cold water. Journal of Shells 12, 3-9 (2014).\n",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("answers")
    for name, text in FOLDER.items():
        path = folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    store = Store(folder / "store")
    sync(store, [folder / "documents"], load=load_encoder)
    with Corpus.open(store) as opened:
        yield opened


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for sentence in answer.sentences for citation in sentence.citations]


def test_the_newest_of_two_versions_comes_first(corpus: Corpus) -> None:
    answer = corpus.ask("How much does a berth for a yacht cost a night?")
    assert "38 euros" in quotes(answer)[0]
    assert "31 euros" in quotes(answer)[1]
    assert any(notice.startswith("The documents differ") for notice in answer.notices)


def test_what_another_thing_has_is_no_difference(corpus: Corpus) -> None:
    answer = corpus.ask("How many lamps light the north quay?")
    assert "14 lamps" in quotes(answer)[0]
    assert not answer.notices


def test_a_question_that_names_a_time_is_answered_from_that_time(corpus: Corpus) -> None:
    answer = corpus.ask("How much did a berth for a yacht cost a night in 2023?")
    assert "31 euros" in quotes(answer)[0]


def test_a_question_in_the_text_is_no_answer_to_itself(corpus: Corpus) -> None:
    answer = corpus.ask("What is a spring tide?")
    assert quotes(answer)[0].startswith("A spring tide is the higher tide")


def test_what_a_colon_announces_is_cited_with_it(corpus: Corpus) -> None:
    answer = corpus.ask("Which repairs were made to vessel V-2031 in 2025?")
    assert any("replaced the propeller and two planks" in quote for quote in quotes(answer))
    assert not any("V-2032" in quote or "painted the hull" in quote for quote in quotes(answer))


def test_an_identifier_that_no_document_holds_is_refused_by_name(corpus: Corpus) -> None:
    answer = corpus.ask("Which repairs were made to vessel V-2099 in 2025?")
    assert answer.abstained
    assert any("V-2099" in notice for notice in answer.notices)


def test_steps_are_cited_as_a_whole_list(corpus: Corpus) -> None:
    first = quotes(corpus.ask("How do I cast off?"))[0]
    assert first.startswith("1. Start the engine.")
    assert "\n4. Push the bow away from the quay." in first


def test_both_of_two_questions_are_answered(corpus: Corpus) -> None:
    answer = corpus.ask("Who is the harbour master, and who repairs the cranes?")
    assert "Ingrid Moen" in quotes(answer)[0]
    assert any("Torvald Lie" in quote for quote in quotes(answer))
    numbers = {c.n: (c.document, c.span) for s in answer.sentences for c in s.citations}
    assert list(numbers) == list(range(1, len(answer.sentences) + 1)), "each place has a number of its own"


def evidence(text: str, score: float) -> Evidence:
    return Evidence(
        document="a.txt",
        span=Span(0, len(text)),
        text=text,
        page=None,
        passage=1,
        position=0,
        features=Features(0.0, 0.0, 0.0, answer_logit=score),
        coverage=0.0,
        score=score,
    )


def test_a_sentence_that_answers_both_questions_is_quoted_once() -> None:
    parts = [AnsweredPart("Who?", (evidence("Ada.", 5.0), evidence("Bo came.", -1.0)), 0.9)]
    again = AnsweredPart("When?", (evidence("Ada.", 6.0), evidence("Bo came.", 0.5)), 0.9)
    assert [e.text for e in top_evidence([*parts, again])] == ["Ada."]
    near = AnsweredPart("When?", (evidence("Ada.", 6.0), evidence("Bo came.", 5.0)), 0.9)
    assert [e.text for e in top_evidence([*parts, near])] == ["Ada.", "Bo came."]


def test_a_sentence_goes_to_the_part_that_it_answers_best() -> None:
    one = AnsweredPart("Rules", (evidence("Ada.", 5.0), evidence("Bo came.", 4.5)), 0.9)
    other = AnsweredPart("Ada", (evidence("Ada.", 9.0), evidence("Bo came.", 1.0)), 0.9)
    assert [e.text for e in top_evidence([one, other])] == ["Bo came.", "Ada."]


def test_what_a_comparison_with_than_names_is_cited_twice(corpus: Corpus) -> None:
    together = " ".join(quotes(corpus.ask("Does the red crane lift more than the blue crane?")))
    assert "12 tonnes" in together
    assert "40 tonnes" in together


def test_the_last_of_a_series_stands_under_the_latest_heading(corpus: Corpus) -> None:
    assert "Jon Aas" in quotes(corpus.ask("What did the last pilot speak about in the club house?"))[0]


def test_a_quarter_is_named_in_words(corpus: Corpus) -> None:
    answer = corpus.ask("How much cod was landed in the third quarter of 2024?")
    assert "2024" in quotes(answer)[0]
    assert str(700 + 31 * 3 + 2024 % 7) in quotes(answer)[0]


def test_main_points_are_quoted_from_every_document_about_them(corpus: Corpus) -> None:
    together = " ".join(quotes(corpus.ask("What are the main points about shipworm?")))
    assert all(word in together for word in ("four years", "Tar keeps", "little salt"))


def test_both_sides_of_a_comparison_are_cited(corpus: Corpus) -> None:
    answer = corpus.ask("Which lifts more, the red crane or the blue crane?")
    together = " ".join(quotes(answer))
    assert "12 tonnes" in together
    assert "40 tonnes" in together


def test_a_quantity_of_another_kind_is_no_answer(corpus: Corpus) -> None:
    assert corpus.ask("How tall is Ingrid Moen?").abstained


def test_a_list_of_references_is_no_evidence(corpus: Corpus) -> None:
    assert corpus.ask("How are oysters farmed in cold water?").abstained


def test_he_or_she_is_whoever_the_answer_named(corpus: Corpus) -> None:
    turns = (
        Turn("user", "Who is the harbour master?"),
        Turn("assistant", "The post of harbour master is held by Ingrid Moen since 2011."),
    )
    answer = corpus.ask("Did she serve in the coast guard?", turns)
    assert "coast guard" in quotes(answer)[0]


def test_what_a_follow_up_turns_to_is_named_by_the_answer(corpus: Corpus) -> None:
    turns = (
        Turn("user", "Since when has the harbour master held the post?"),
        Turn("assistant", "Ingrid Moen is the harbour master; she has held the post since 2011."),
    )
    answer = corpus.ask("And the propeller?", turns)
    assert all("propeller" in quote for quote in quotes(answer))


def test_every_quotation_is_the_words_at_its_span(corpus: Corpus) -> None:
    for question in ("How do I cast off?", "Which repairs were made to vessel V-2031 in 2025?"):
        for sentence in corpus.ask(question).sentences:
            for citation in sentence.citations:
                text = corpus.source(citation.document).text
                assert citation.span.of(text) == citation.quote
