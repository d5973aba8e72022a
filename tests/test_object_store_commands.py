"""Commands with the address of an object store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bucket import docs
from typed import Typed
from weed import WeedServer


@pytest.fixture(scope="module")
def real(
    shared: Path, weed: WeedServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """Return a directory and an address with an index of the same real documents."""
    where = str(tmp_path_factory.mktemp("real") / "store"), "s3://tests/real"
    for each in where:
        assert Typed("index", shared / "corpus", "--store", each).status == 0
    yield where


@pytest.mark.real_data
def test_both_stores_answer_alike_with_exact_spans(real: tuple[str, str], shared: Path) -> None:
    asked = [
        "How many Syrian regulars were killed at Deir Ezzor?",
        "At which port did ground forces disembark?",
        "What is the capital of France?",
        "How many documents mention Tartus?",
    ]
    local, remote = (
        [Typed("ask", question, "--store", where, "--json").json for question in asked] for where in real
    )
    assert [answer["text"] for answer in local] == [answer["text"] for answer in remote]
    assert [answer["abstained"] for answer in remote] == [False, False, True, False]
    for one, other in zip(local, remote, strict=True):
        first = [
            [p[key] for p in each["passages"][:1] for key in ("document", "start", "end")]
            for each in (one, other)
        ]
        assert first[0] == first[1]
        for citation in (c for sentence in other["sentences"] for c in sentence["citations"]):
            with (shared / "corpus" / citation["document"]).open(encoding="utf-8", newline="") as file:
                assert file.read()[citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.real_data
def test_every_command_works_on_an_address(real: tuple[str, str], shared: Path, tmp_path: Path) -> None:
    _, where = real
    status = Typed("status", "--store", where, "--json").json
    assert len(status["documents"]) == 3
    assert status["since"]["added"] == []
    assert "is intact" in Typed("check", "--store", where).out
    assert Typed("rollback", "--list", "--store", where, "--json").json["generations"][0]["problem"] is None
    assert Typed("search", "Tartus", "--store", where, "--json", "--copy", tmp_path / "c").json["passages"]
    dry = Typed("index", "--dry-run", "--store", where, "--json").json
    assert dry["added"] == []
    assert Typed("list", "dates", "--store", where).status == 0
    assert Typed("eval", "--make", "3", "--store", where).status == 0
    text = Typed("text", "README.md", "--store", where).out
    assert text == (shared / "corpus" / "README.md").read_text()


def test_what_does_not_fit_together_is_refused_with_the_next_thing_to_do(tmp_path: Path, docs: Path) -> None:
    workers = Typed("index", docs, "--store", tmp_path / "store", "--workers", "127.0.0.1:6379")
    assert workers.status == 2 or workers.status == 1
    assert "Workers write to an object store" in workers.err
    bucket = Typed("index", "s3://bucket/papers", "--store", tmp_path / "store")
    assert "can only be indexed into an object store" in bucket.err
    copy = Typed("ask", "What?", "--store", tmp_path / "store", "--copy", tmp_path / "copy")
    assert "nothing to copy" in copy.err
