"""Our own sentences in many languages, laid out as question sets for `bench.languages`.

`twelve` are the sentences of the tests, a folder a language, whose documents say the same in each; `mixed` is
all of them in one folder, and `across` the English ones with the questions of the other languages. `eight`
holds other languages and other texts in one folder, and is asked in English too; documents there are also
asked what they do not say.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

TWELVE = Path(__file__).parents[1] / "tests" / "twelve_languages.json"
EIGHT = Path(__file__).parent / "eight_languages.json"
UNSPACED = {"zh", "ja", "th"}
Question = Mapping[str, Any]


def own_sets(out: Path) -> Iterator[Path]:
    """Write every set below `out`; yield their folders."""
    yield from twelve(out)
    yield mixed(out)
    yield across(out)
    yield eight(out)
    yield eight(out, asked_in="english")


def twelve(out: Path) -> Iterator[Path]:
    """Write a folder for each of the twelve languages."""
    for language, own in _twelve().items():
        yield _write(out / "twelve" / language, _documents(language, own), _asked(language, own, language))


def mixed(out: Path) -> Path:
    """Write the twelve languages as one folder."""
    sets = _twelve().items()
    documents = [each for language, own in sets for each in _documents(language, own)]
    # Documents in the other languages still answer if one is hidden.
    questions = [{**q, "hide": False} for language, own in sets for q in _asked(language, own, language)]
    return _write(out / "mixed", documents, questions)


def across(out: Path) -> Path:
    """Write the English documents, and questions in every other language."""
    sets = _twelve()
    asked = [q for language, own in sets.items() if language != "en" for q in _asked(language, own, "en")]
    return _write(out / "across", _documents("en", sets["en"]), asked)


def eight(out: Path, asked_in: str = "question") -> Path:
    """Write the eight other languages as one folder; questions `asked_in` "english" cross languages."""
    documents, questions = list[Question](), list[Question]()
    for language, own in json.loads(EIGHT.read_text("utf-8")).items():
        for name, given in own["documents"].items():
            key = f"{language}-{name}"
            documents.append({"id": key, "title": name, "text": _joined(language, given["said"])})
            for each in given["asked"]:
                place = _place(language, given["said"], each["sentence"])
                questions.append(_question(language, each[asked_in], [{"doc_id": key, **place}]))
            questions += [_question(language, each[asked_in], []) for each in given["near"]]
        questions += [_question(language, each[asked_in], []) for each in own["absent"]]
    return _write(out / ("eight" if asked_in == "question" else "eight-in-english"), documents, questions)


def _twelve() -> dict[str, Any]:
    sets: dict[str, Any] = json.loads(TWELVE.read_text("utf-8"))
    return sets


def _documents(language: str, own: Mapping[str, Any]) -> list[Question]:
    texts = {name: _joined(language, given[0]) for name, given in own.items() if name != "absent"}
    return [{"id": f"{language}-{name}", "title": name, "text": text} for name, text in texts.items()]


def _asked(language: str, own: Mapping[str, Any], documents: str) -> list[Question]:
    """Return the questions of a language, of documents that say the same in another or in their own."""
    said = {name: given[0] for name, given in _twelve()[documents].items() if name != "absent"}
    answered = [
        _question(language, asked, [{"doc_id": f"{documents}-{name}", **_place(documents, said[name], n)}])
        for name, given in own.items()
        if name != "absent"
        for asked, n in given[1]
    ]
    return [*answered, *(_question(language, asked, []) for asked in own["absent"])]


def _question(language: str, asked: str, relevant: Sequence[Question]) -> Question:
    return {"question": asked, "relevant": relevant, "language": language}


def _joined(language: str, sentences: Sequence[str]) -> str:
    return ("" if language in UNSPACED else " ").join(sentences)


def _place(language: str, sentences: Sequence[str], n: int) -> dict[str, int]:
    before = _joined(language, [*sentences[:n], ""]) if n else ""
    return {"start": len(before), "end": len(before) + len(sentences[n])}


def _write(folder: Path, documents: Sequence[Question], questions: Sequence[Question]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("documents", documents), ("questions", questions)):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, "utf-8")
    return folder
