"""Many who ask while the index is replaced again and again: no error, and no answer of two generations."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest
from toy import ToyEncoder, ToyQueries, loading, read

from citeback.index.generations.store import Store
from citeback.index.settings import Settings
from citeback.index.sync.sync import sync
from citeback.rag.corpus import Corpus, CorpusOptions

READERS, SYNCS = 6, 12
PAUSE = 0.15  # seconds between two questions of a reader: syncs need their turn on two cores
NAMES = ("crew", "harbour", "ships", "tides")


@dataclass
class Asked(ToyQueries, ToyEncoder):
    """The scripted encoder, which reads questions too."""

    settings: Settings = Settings()  # noqa: RUF009  it is frozen


def write(docs: Path, n: int) -> None:
    """Write every document anew, so that each of its sentences tells which writing it is of."""
    for name in NAMES:
        (docs / f"{name}.txt").write_text(f"The {name} of writing w{n} came.\n\nThe {name} left w{n}.")


def writings(text: str) -> set[str]:
    return set(re.findall(r"\bw\d+\b", text))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def asked(store: Store, done: Event, seen: set[int], *, moving: bool) -> list[tuple[int, set[str]]]:
    answers = []
    for number, written in asks(store, done, moving):
        seen.add(number)
        answers.append((number, written))
    return answers


def load(_: Settings) -> Any:
    return Asked()


def asks(store: Store, done: Event, moving: bool) -> Iterator[tuple[int, set[str]]]:
    """Yield (generation before, writings in the answer) until the syncs are done, and once more after.

    `moving`: one corpus that moves on, as the page has; otherwise a new one for every question.
    """
    corpus = Corpus.open(store, CorpusOptions(load=load))
    last = False
    while not last:
        last = done.is_set()
        if moving:
            corpus.refresh()
        else:
            corpus.close()
            corpus = Corpus.open(store, CorpusOptions(load=load))
        number = corpus.number
        answer = corpus.ask("Which ships of what writing came?")
        text = " ".join(p.text for p in answer.passages) + answer.text
        text += " ".join(c.quote for sentence in answer.sentences for c in sentence.citations)
        yield number, writings(text)
        sleep(PAUSE)
    corpus.close()


def test_no_error_and_no_mixed_answer(tmp_path: Path, docs: Path) -> None:
    store, done, seen = Store(tmp_path / "store"), Event(), set[int]()
    write(docs, 1)
    sync(store, [docs], load=loading(ToyEncoder()), read=read)
    with ThreadPoolExecutor(READERS) as pool:
        reading = [pool.submit(asked, store, done, seen, moving=n % 2 == 0) for n in range(READERS)]
        try:
            for n in range(2, SYNCS + 2):
                write(docs, n)
                report = sync(store, load=loading(ToyEncoder()), read=read)
                assert (report.generation, report.published) == (n, True)
                for _ in range(6000):  # on a busy machine nobody may have been asked in the meantime
                    if seen & {n - 1, n} or any(one.done() for one in reading):
                        break
                    sleep(0.01)
        finally:
            done.set()
        answers = [result.result() for result in reading]
    for given in answers:
        assert given[-1] == (SYNCS + 1, {f"w{SYNCS + 1}"})
        assert all(said == {f"w{number}"} for number, said in given), given
        assert [number for number, _ in given] == sorted(number for number, _ in given)
    assert len(seen) >= SYNCS // 2
    assert store.check() == []
