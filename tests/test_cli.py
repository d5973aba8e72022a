"""The terminal from end to end: real files, the real model, and what a person or a program gets back."""

import json
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas
from typed import Typed, process

import cli

LIGHT = "The lighthouse on Skerry was built in 1843.\r\n\r\nIn 1851 Ada Holm counted 412 ships from it."
TIDES = "# Tides\n\nThe tide turns twice a day. Whales pass [bold]the sound[/bold] in June.\n"
HARBOUR = "<html><body><article><h1>Harbour</h1><p>The harbour master is called Jonas Brandt, and he has \
held the post since the pier was lengthened. Fishing boats land cod on weekdays.</p></article></body></html>"
HOSTILE = "note\x1b]0;owned\x07.txt"


def pdf(path: Path, *pages: str) -> None:
    canvas = Canvas(str(path))
    for page in pages:
        canvas.drawString(72, 720, page)
        canvas.showPage()
    canvas.save()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "light.txt").write_bytes(LIGHT.encode())
    (folder / "sea").mkdir()
    (folder / "sea/tides.md").write_text(TIDES)
    (folder / "harbour.html").write_text(HARBOUR)
    (folder / HOSTILE).write_text("The \x1b[31mparrot\x1b[0m\u202e of the captain speaks Danish.")
    pdf(folder / "survey.pdf", "The survey began in spring.", "The deepest sounding was 97 fathoms.")
    (folder / "broken.pdf").write_text("no PDF")
    (folder / "photo.xyz").write_text("unknown")
    return folder


@pytest.fixture(scope="module")
def store(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("stores") / "store"
    assert Typed("index", folder, "--store", store).status == 1  # broken.pdf
    return store


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a folder with one document, to be changed by the test."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "a.txt").write_text("The bridge is 120 metres long.")
    return folder


def python(code: str) -> tuple[int, str]:
    """Return exit status and standard error of code run by a Python of its own."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=Path(cli.__file__).parent, capture_output=True, text=True)
    return done.returncode, done.stderr


def controls(text: str) -> list[str]:
    return [c for c in text if (unicodedata.category(c) in {"Cc", "Cs"} and c != "\n") or c == "\u202e"]


# index


def test_index_tells_what_it_did_and_the_second_time_there_is_nothing_to_do(small: Path) -> None:
    at = small.parent / "store"
    first = Typed("index", small, "--store", at, "--json")
    assert (first.status, first.json["added"], first.json["embedded"]) == (0, ["a.txt"], 1)
    second = Typed("index", "--store", at, "--json")  # the store remembers its folder
    assert (second.status, second.json["unchanged"], second.json["embedded"]) == (0, ["a.txt"], 0)
    assert second.json["published"] is False


def test_index_tells_what_was_renamed_changed_and_deleted(small: Path) -> None:
    at = small.parent / "store"
    (small / "b.txt").write_text("The ferry leaves at noon.")
    (small / "c.txt").write_text("The market is on Fridays.")
    Typed("index", small, "--store", at)
    (small / "a.txt").rename(small / "bridge.txt")
    (small / "b.txt").write_text("The ferry leaves at ten.")
    (small / "c.txt").unlink()
    done = Typed("index", "--store", at, "--json").json
    assert done["renamed"] == [{"from": "a.txt", "to": "bridge.txt"}]
    assert (done["changed"], done["deleted"], done["added"]) == (["b.txt"], ["c.txt"], [])
    told = Typed("index", "--store", at).out
    assert told.startswith("2 documents: 0 added, 0 changed, 0 renamed, 0 deleted, 2 unchanged, 0 failed.\n")


def test_a_file_that_cannot_be_read_fails_alone_and_ends_in_1(small: Path) -> None:
    at = small.parent / "store"
    (small / "broken.pdf").write_text("no PDF")
    done = Typed("index", small, "--store", at, "--json")
    assert (done.status, done.json["added"]) == (1, ["a.txt"])
    assert [failure["document"] for failure in done.json["failed"]] == ["broken.pdf"]
    assert Typed("index", "--store", at).status == 1, "it is still broken"


def test_a_file_of_unknown_format_is_listed_and_ends_in_0(small: Path) -> None:
    (small / "photo.xyz").write_text("?")
    done = Typed("index", small, "--store", small.parent / "store", "--json")
    assert done.status == 0
    assert done.json["failed"][0]["reason"].startswith("not read: unknown format")
    assert done.json["failed"][0]["unread"]
    told = Typed("index", "--store", small.parent / "store").out
    assert "0 failed, 1 of formats that are not read." in told
    assert "1 not read, of unknown formats:\n    photo.xyz" in told


def test_a_dry_run_writes_nothing(small: Path) -> None:
    at = small.parent / "store"
    dry = Typed("index", small, "--store", at, "--dry-run", "--json")
    assert (dry.status, dry.json["added"]) == (0, ["a.txt"])
    assert not at.exists()
    assert "a.txt" in Typed("index", small, "--store", at, "--dry-run").out


def test_other_settings_rebuild_and_are_remembered(small: Path) -> None:
    at = small.parent / "store"
    Typed("index", small, "--store", at)
    done = Typed("index", "--store", at, "--chunk-tokens", 64, "--json").json
    assert "chunk_tokens 200 -> 64" in done["rebuilt"]
    assert Typed("index", "--store", at, "--json").json["rebuilt"] is None
    assert Typed("status", "--store", at, "--json").json["settings"]["chunk_tokens"] == 64


def test_a_model_that_is_not_there_is_told_with_the_next_command(small: Path) -> None:
    failed = Typed("index", small, "--store", small.parent / "store", "--model", small / "nothing")
    assert (failed.status, failed.out) == (1, "")
    assert "could not be loaded" in failed.err
    assert "Next: citeback index" in failed.err


# ask and search


@pytest.mark.parametrize(
    ("question", "words", "document", "page"),
    [
        ("How many ships were counted?", "412", "light.txt", None),
        ("What passes the sound in June?", "Whales", "sea/tides.md", None),
        ("Who is the harbour master?", "Jonas Brandt", "harbour.html", None),
        ("How deep was the deepest sounding?", "97 fathoms", "survey.pdf", 2),
    ],
)
def test_every_citation_is_cut_from_the_text_of_its_document(
    store: Path, question: str, words: str, document: str, page: int | None
) -> None:
    answer = Typed("ask", question, "--store", store, "--json").json
    cited = [citation for sentence in answer["sentences"] for citation in sentence["citations"]]
    assert not answer["abstained"]
    assert (cited[0]["document"], cited[0]["page"]) == (document, page)
    assert words in cited[0]["quote"]
    for span, quote in [(c, c["quote"]) for c in cited] + [(p, p["text"]) for p in answer["passages"]]:
        text = Typed("text", span["document"], "--store", store).out
        assert text[span["start"] : span["end"]] == quote


def test_what_the_documents_do_not_say_is_refused_with_what_is_nearest(store: Path) -> None:
    asked = "What is the boiling point of tungsten?"
    answer = Typed("ask", asked, "--store", store, "--json").json
    assert (answer["abstained"], answer["sentences"], answer["model"]) == (True, [], None)
    assert answer["passages"]
    told = Typed("ask", asked, "--store", store)
    assert told.status == 0
    assert told.out.startswith("The documents do not say.\n\nThe nearest passages:\n\n[1] ")


def test_an_answer_is_printed_with_markers_and_its_sources(store: Path) -> None:
    told = Typed("ask", "How deep was the deepest sounding?", "--store", store).out
    assert "97 fathoms. [1]" in told
    assert "\n[1] survey.pdf, page 2, characters " in told


def test_search_returns_at_most_k_passages_best_first(store: Path) -> None:
    found = Typed("search", "tide", "-k", 2, "--store", store, "--json").json
    assert [passage["n"] for passage in found["passages"]] == [1, 2]
    assert found["passages"][0]["document"] == "sea/tides.md"
    assert found["passages"][0]["score"] >= found["passages"][1]["score"]
    assert Typed("search", "tide", "--store", store).out.startswith("[1] sea/tides.md, ")


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_batch_is_one_line_of_json_for_each_question_in_order(
    store: Path, tmp_path: Path, command: str
) -> None:
    batch = tmp_path / "questions.jsonl"
    history = [{"role": "user", "text": "Who is the harbour master?"}, {"role": "agent", "text": "Brandt."}]
    questions = [
        {"id": "a", "question": "How many ships were counted?", "answerable": True},
        {"id": 2, "question": "Since when?", "history": history},
    ]
    batch.write_text("\n".join(map(json.dumps, questions)))
    answers = Typed(command, "--batch", batch, "--store", store)
    assert answers.status == 0
    assert [(line["id"], line["question"]) for line in answers.lines] == [
        ("a", "How many ships were counted?"),
        (2, "Since when?"),
    ]
    assert answers.lines[1]["passages"][0]["document"] == "harbour.html"


def test_a_broken_line_is_named_before_anything_is_answered(store: Path, tmp_path: Path) -> None:
    batch = tmp_path / "questions.jsonl"
    batch.write_text('{"id": 1, "question": "Who?"}\n{"id": 2}\n')
    refused = Typed("ask", "--batch", batch, "--store", store)
    assert (refused.status, refused.out) == (2, "")
    assert f"{batch}, line 2: question: Field required" in " ".join(refused.err.split())


# text and show


def test_text_is_the_file_to_the_byte(store: Path) -> None:
    started = process("text", "light.txt", "--store", store)
    out, err = started.communicate(timeout=300)
    assert (started.returncode, out, err) == (0, LIGHT.encode(), b"")


def test_show_marks_the_words_in_their_surroundings(store: Path) -> None:
    start = LIGHT.index("Ada Holm")
    shown = Typed("show", "light.txt", start, start + 8, "--around", 8, "--store", store, "--json").json
    assert shown == {
        "document": "light.txt",
        "start": start,
        "end": start + 8,
        "quote": "Ada Holm",
        "before": "In 1851 ",
        "after": " counted",
        "page": None,
        "place": "line 3",
    }
    assert (
        "In 1851 >>>Ada Holm<<< counted" in Typed("show", "light.txt", start, start + 8, "--store", store).out
    )


# status and check


def test_status_tells_what_is_indexed_what_failed_and_why(store: Path, folder: Path) -> None:
    found = Typed("status", "--store", store, "--json")
    documents = {document["document"]: document for document in found.json["documents"]}
    assert set(documents) == {"light.txt", "sea/tides.md", "harbour.html", "survey.pdf", HOSTILE}
    assert documents["light.txt"]["chars"] == len(LIGHT)
    assert [failure["document"] for failure in found.json["failed"]] == ["broken.pdf", "photo.xyz"]
    assert found.json["folders"] == [str(folder)]
    told = Typed("status", "--store", store).out
    assert "broken.pdf: not a PDF" in told
    assert "1 not read, of unknown formats:\n    photo.xyz" in told


def test_status_tells_what_changed_on_disk_since(small: Path) -> None:
    at = small.parent / "store"
    (small / "broken.pdf").write_text("no PDF")
    Typed("index", small, "--store", at)
    assert "Up to date." in Typed("status", "--store", at).out
    (small / "b.txt").write_text("The ferry leaves at noon.")
    (small / "a.txt").write_text("The bridge is 125 metres long.")
    since = Typed("status", "--store", at, "--json").json["since"]
    assert since == {"added": ["b.txt"], "changed": ["a.txt"], "renamed": [], "deleted": []}
    assert "1 changed:\n    a.txt" in Typed("status", "--store", at).out


def test_status_names_twenty_documents_or_all(small: Path) -> None:
    for n in range(30):
        (small / f"{n:02}.txt").write_text(f"Buoy {n}.")
    Typed("index", small, "--store", small.parent / "store")
    assert "and 11 more" in Typed("status", "--store", small.parent / "store").out
    assert "29.txt" in Typed("status", "--all", "--store", small.parent / "store").out


def test_what_says_nearly_the_same_is_told(small: Path) -> None:
    said = " ".join(f"Buoy {n} lies {n} fathoms deep." for n in range(9))
    (small / "b.txt").write_text(said)
    (small / "c.txt").write_text(f"{said} It is so.")
    (small / "d.txt").write_text(said)
    at = small.parent / "store"
    Typed("index", small, "--store", at)
    told = Typed("status", "--store", at).out
    assert "c.txt (nearly the same as b.txt)" in told and "d.txt (the same as b.txt)" in told
    documents = Typed("status", "--store", at, "--json").json["documents"]
    assert [d["near_of"] for d in documents] == [None, None, "b.txt", None]
    found = Typed("search", "How deep is buoy 5?", "--store", at).out
    assert "nearly the same: c.txt" in found or "nearly the same: b.txt" in found


def test_check_finds_one_changed_byte(small: Path) -> None:
    at = small.parent / "store"
    Typed("index", small, "--store", at)
    whole = Typed("check", "--store", at)
    assert (whole.status, whole.out) == (0, f"Generation 1 in {at} is whole.\n")
    rows = next(at.rglob("rows.sqlite"))
    data = bytearray(rows.read_bytes())
    data[-1] ^= 1
    rows.write_bytes(data)
    damaged = Typed("check", "--store", at)
    assert damaged.status == 1
    assert "differs from its checksum" in damaged.out
    assert "Next: citeback index" in damaged.err


# what goes wrong


@pytest.mark.parametrize(
    "command",
    [
        ["status"],
        ["ask", "Who?"],
        ["search", "Who?", "--json"],
        ["text", "a"],
        ["show", "a", "0", "1"],
        ["check"],
        ["index"],
    ],
)
def test_where_nothing_is_indexed_the_next_command_is_told(command: list[str], tmp_path: Path) -> None:
    failed = Typed(*command, "--store", tmp_path / "nowhere")
    assert (failed.status, failed.out) == (1, "")
    assert failed.err.startswith("citeback: ")
    assert "Next: citeback index FOLDER" in failed.err
    assert not (tmp_path / "nowhere" / "generations" / "000001").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["ask"],
        ["ask", "Who?", "--batch", __file__],
        ["ask", "--batch", "nowhere.jsonl"],
        ["ask", " "],
        ["search", "Who?", "-k", "0"],
        ["index", "no such folder"],
        ["index", "--chunk-tokens", "1"],
        ["index", "--language", "English"],
        ["show", "light.txt", "5", "5"],
        ["show", "light.txt", "5", "100000"],
        ["status", "--nonsense"],
        ["nonsense"],
    ],
)
def test_what_is_typed_wrongly_ends_in_2(store: Path, command: list[str]) -> None:
    named = [] if command == ["nonsense"] else ["--store", store]
    wrong = Typed(*command, *named)
    assert (wrong.status, wrong.out) == (2, "")
    assert "Error: " in wrong.err


def test_an_unknown_document_ends_in_1(store: Path) -> None:
    failed = Typed("text", "nope\x1b[2J", "--store", store)
    assert (failed.status, failed.out) == (1, "")
    assert "No document is called" in failed.err
    assert not controls(failed.err)


def test_what_is_no_store_is_told(tmp_path: Path, small: Path) -> None:
    (tmp_path / "file").write_text("x")
    failed = Typed("index", small, "--store", tmp_path / "file")
    assert (failed.status, failed.out) == (1, "")
    assert "is not a store" in failed.err


def test_nothing_of_a_document_reaches_the_terminal_that_it_would_obey(store: Path) -> None:
    for command in (["ask", "What does the parrot speak?"], ["search", "parrot"], ["status"]):
        told = Typed(*command, "--store", store)
        assert not controls(told.out)
        assert "note�]0;owned�.txt" in told.out
    answered = Typed("ask", "What does the parrot speak?", "--store", store, "--json")
    assert not controls(answered.out.replace("\u202e", ""))
    assert "[bold]the sound[/bold]" in Typed("ask", "What passes the sound in June?", "--store", store).out


def test_an_answer_for_programs_is_alone_on_standard_output(store: Path) -> None:
    started = process("ask", "How many ships were counted?", "--store", store, "--json")
    out, err = started.communicate(timeout=300)
    assert (started.returncode, err) == (0, b"")
    assert json.loads(out)["id"] is None
    assert out.count(b"\n") == 1


def test_a_reader_that_has_had_enough_ends_the_command_without_a_word(tmp_path: Path) -> None:
    folder = tmp_path / "long"
    folder.mkdir()
    (folder / "long.txt").write_text("All work and no play.\n\n" * 20_000)
    at = tmp_path / "store"
    assert Typed("index", folder, "--store", at, "--chunk-tokens", 200).status == 0
    with process("text", "long.txt", "--store", at) as started:
        assert started.stdout
        assert started.stderr
        started.stdout.close()
        assert started.stderr.read() == b""
    assert started.returncode == 1


def test_ctrl_c_ends_in_130_without_a_traceback(store: Path, tmp_path: Path) -> None:
    batch = tmp_path / "questions.jsonl"
    subprocess.run(["mkfifo", str(batch)], check=True)
    # A shell starts its background jobs with interrupts ignored, and so would everything that they start.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    started = process("ask", "--batch", batch, "--store", store)
    signal.signal(signal.SIGINT, inherited)
    with batch.open("wb"):  # opens once the command reads its questions
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=300)
    assert (started.returncode, out) == (130, b"")
    assert b"Traceback" not in err


@pytest.mark.parametrize(("command", "status"), [("index", 130), ("watch", 0)])
def test_indexing_that_is_stopped_says_that_nothing_is_lost(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, status: int
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.sync.sync", stopped)
    typed = Typed(command, folder, "--store", tmp_path / "store")
    assert (typed.status, typed.out) == (status, "")
    assert typed.err.startswith("Stopped. ")


def test_going_back_and_what_is_kept(folder: Path, tmp_path: Path) -> None:
    at = ("--store", tmp_path / "store")
    assert Typed("rollback", *at).status == 1
    assert Typed("rollback", "--list", *at).out.startswith("Nothing is indexed in")
    Typed("index", folder / "light.txt", *at)
    Typed("index", folder / "sea", "--keep", 3, *at)
    assert Typed("status", "--json", *at).json["settings"]["keep"] == 3
    typed = Typed("rollback", "--json", *at)
    assert typed.err == "Generation 1 is the current one again, as generation 3.\n"
    kept = typed.json["generations"]
    assert [(k["generation"], k["documents"], k["restored"]) for k in kept] == [(3, 1, 1), (2, 2, None)]
    assert Typed("rollback", 9, *at).err.startswith("citeback: Generation 9 is not kept.")
    assert "as generation 1" in Typed("rollback", "--list", *at).out
    assert Typed("check", *at).out.endswith("is whole. So are those that are kept: 2.\n")


def test_a_damaged_index_is_passed_over_and_that_is_told(folder: Path, tmp_path: Path) -> None:
    at = ("--store", tmp_path / "store")
    Typed("index", folder / "light.txt", *at)
    Typed("index", folder / "sea", *at)
    rows = tmp_path / "store/generations/000002/rows.sqlite"
    data = bytearray(rows.read_bytes())
    data[len(data) // 2] ^= 1
    rows.write_bytes(data)
    typed = Typed("status", *at)
    assert "Generation 2 is damaged and was passed over" in typed.err
    assert typed.out.startswith("Generation 1 of the index")
    assert Typed("check", *at).status == 1
    assert "Generation 2 is damaged" in Typed("index", *at).err
    assert Typed("check", *at).status == 0


def test_reading_what_is_indexed_does_not_import_pytorch(store: Path) -> None:
    typed = ["status", "--store", str(store)]
    code = f"import cli, sys; cli.app({typed!r}, standalone_mode=False); sys.exit('torch' in sys.modules)"
    assert python(code) == (0, "")


def test_help_imports_nothing_heavy() -> None:
    heavy = {"numpy", "langchain_core", "faiss", "torch", "gradio"}
    code = f"import cli, sys; sys.exit(', '.join({heavy!r} & set(sys.modules)) or 0)"
    assert python(code) == (0, "")


def test_version() -> None:
    assert Typed("--version").out.startswith("citeback 0.")
