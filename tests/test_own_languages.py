"""Our own sentences in many languages as question sets: places that hold the answers, and the figures."""

import json
from pathlib import Path

from bench.languages import LaidFolder, QuestionFigures, report
from bench.own_languages import EIGHT, TWELVE, own_sets

SENTENCES = {
    *(
        sentence
        for own in json.loads(TWELVE.read_text("utf-8")).values()
        for name, given in own.items()
        if name != "absent"
        for sentence in given[0]
    ),
    *(
        sentence
        for own in json.loads(EIGHT.read_text("utf-8")).values()
        for given in own["documents"].values()
        for sentence in given["said"]
    ),
}


def test_every_place_holds_a_sentence_that_answers(tmp_path: Path) -> None:
    sets = {folder.name: folder for folder in own_sets(tmp_path)}
    assert len(sets) == 12 + 4
    for folder in sets.values():
        documents = {
            row["id"]: row["text"]
            for row in map(json.loads, (folder / "documents.jsonl").read_text("utf-8").splitlines())
        }
        for row in map(json.loads, (folder / "questions.jsonl").read_text("utf-8").splitlines()):
            for place in row["relevant"]:
                held = documents[place["doc_id"]][place["start"] : place["end"]]
                assert held in SENTENCES, held


def test_a_set_is_laid_out_as_a_folder(tmp_path: Path) -> None:
    [*_, eight, _] = own_sets(tmp_path)
    laid = LaidFolder.of(eight, tmp_path)
    given = json.loads(EIGHT.read_text("utf-8"))
    assert len(list((laid.folder / "documents").iterdir())) == sum(
        len(own["documents"]) for own in given.values()
    )
    assert len(laid.questions) == 80 and len(laid.sampled(5)) == 5


def test_the_figures_are_means_of_what_they_name() -> None:
    known = QuestionFigures(kind="known", answered=True, confidence=0.9, right=(True,), ndcg=1.0, at_five=1.0)
    second = QuestionFigures(kind="known", answered=True, confidence=0.6, right=(False, True), ndcg=0.5)
    absent = QuestionFigures(kind="absent", answered=False, confidence=0.1)
    row = report("made", [known, second, absent])
    assert row == "| made | 2 + 1 | 0.750 | 0.500 | 0.500 | 1.000 | 1.000 | - | 1.000 | 1.000 |"
