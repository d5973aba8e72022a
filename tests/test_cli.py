"""The terminal from end to end: real files, the real model, and what a person or a program gets back."""

import json
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import harbour
import pytest
from harbour import LIGHT
from typed import Typed, process


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return harbour.written(tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="module")
def store(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return harbour.indexed(folder, tmp_path_factory.mktemp("stores") / "store")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return harbour.bridge(tmp_path / "small")


def python(code: str) -> tuple[int, str]:
    """Return exit status and standard error of code run by a Python of its own."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True)
    return done.returncode, done.stderr


def controls(text: str) -> list[str]:
    return [c for c in text if (unicodedata.category(c) in {"Cc", "Cs"} and c != "\n") or c == "\u202e"]


# index


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
    typed = Typed("ask", asked, "--store", store)
    assert typed.status == 0
    assert typed.out.startswith("The documents do not say.\n\nThe nearest passages:\n\n[1] ")


def test_how_sure_an_answer_must_be_is_asked_for_and_explained(store: Path) -> None:
    asked = "How many ships were counted?"
    typed = Typed("ask", asked, "--store", store, "--sure", "0.9999", "--json")
    assert typed.json["abstained"]
    assert "Of 100 questions" in typed.err


def test_an_answer_is_printed_with_markers_and_its_sources(store: Path) -> None:
    message = Typed("ask", "How deep was the deepest sounding?", "--store", store).out
    assert "97 fathoms. [1]" in message
    assert "\n[1] survey.pdf, page 2, characters " in message


def test_a_notice_of_an_answer_is_printed(store: Path) -> None:
    [notice] = Typed("ask", "Who is the harbour mastr?", "--store", store, "--json").json["notices"]
    assert notice in Typed("ask", "Who is the harbour mastr?", "--store", store).out


def test_search_returns_at_most_k_passages_best_first(store: Path) -> None:
    result = Typed("search", "tide", "-k", 2, "--store", store, "--json").json
    assert [passage["n"] for passage in result["passages"]] == [1, 2]
    assert result["passages"][0]["document"] == "sea/tides.md"
    assert result["passages"][0]["score"] >= result["passages"][1]["score"]
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
        typed = Typed(*command, "--store", store)
        assert not controls(typed.out)
        assert "note�]0;owned�.txt" in typed.out
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


def test_reading_what_is_indexed_does_not_import_pytorch(store: Path) -> None:
    typed = ["status", "--store", str(store)]
    run = f"cli.app({typed!r}, standalone_mode=False); sys.exit('torch' in sys.modules)"
    code = f"import sys; from citeback.terminal import cli; {run}"
    assert python(code) == (0, "")


def test_help_imports_nothing_heavy() -> None:
    heavy = {"numpy", "langchain_core", "faiss", "torch", "gradio"}
    run = f"sys.exit(', '.join({heavy!r} & set(sys.modules)) or 0)"
    code = f"import sys; from citeback.terminal import cli; {run}"
    assert python(code) == (0, "")


def test_version() -> None:
    assert Typed("--version").out.startswith("citeback 0.")


@pytest.mark.parametrize("sign", ["\x1b", "\x9b", "\r", "\u202a", "\u202e", "\u2066", "\u2069", "\ud800"])
def test_a_sign_that_a_terminal_obeys_is_replaced(sign: str) -> None:
    from citeback.terminal import screen

    assert screen.safe_text(f"a{sign}b") == "a\ufffdb"


@pytest.mark.parametrize(
    ("question", "words"), [("thanks", "You are welcome."), ("What is in this folder?", ":")]
)
def test_small_talk_and_what_the_folder_holds_are_printed(store: Path, question: str, words: str) -> None:
    assert words in Typed("ask", question, "--store", store).out
