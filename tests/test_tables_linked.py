"""Two tables that share a key, asked as one: each cell cites the file that it stands in."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citeback import wire
from citeback.index.embedding.sentence_encoder import SentenceEncoder, load_encoder
from citeback.index.generations.store import Store
from citeback.index.readers.text.csv import read
from citeback.index.search.filters import Filter
from citeback.index.sync.sync import sync
from citeback.page.state.computed_table import shown_table
from citeback.rag.corpus import Corpus
from citeback.rag.tables.joined_files import FileTable, file_tables
from citeback.rag.tables.linked_tables import linked
from citeback.terminal.cli import app

ORDERS = (
    "Order,Customer no,Product,Quantity,Total price\n"
    "B-1,K1,Lamp,2,180\nB-2,K4,Chair,1,240\nB-3,K2,Lamp,4,520\nB-4,K3,Desk,1,90\nB-5,K1,Desk,2,260\n"
)
CUSTOMERS = (
    "Customer no,Name,City,Email\nK1,Tessa Brand,Berlin,tessa@example.org\n"
    "K2,Olaf Jens,Hamburg,olaf@example.org\n"
    "K3,Ines Fabel,Berlin,ines@example.org\nK4,Ruth Calder,Leipzig,ruth@example.org\n"
)
COMPUTED = (
    ("What is the email of the customer who ordered the chair?", ("ruth@example.org",)),
    ("What is the name of the customer who placed order B-3?", ("Olaf Jens",)),
    ("What is the total price of the orders of Berlin customers?", (530,)),
    ("How many orders did customers from Berlin place?", (3,)),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("shop")
    (made / "orders.csv").write_text(ORDERS)
    (made / "customers.csv").write_text(CUSTOMERS)
    return made


@pytest.fixture(scope="module")
def corpus(folder: Path, encoder: SentenceEncoder, corpus_over: Callable[..., Corpus]) -> Iterator[Corpus]:
    store = Store(folder / ".citeback")
    sync(store, [folder], load=lambda _: encoder)
    with corpus_over(store) as opened:
        yield opened


@pytest.mark.parametrize(("question", "result"), COMPUTED)
def test_rows_are_joined_by_their_key(corpus: Corpus, question: str, result: tuple[object, ...]) -> None:
    answer = corpus.ask(question)
    assert answer.computed is not None, answer
    assert answer.computed.result == result
    assert "“orders.csv” with “customers.csv”, by Customer no" in answer.text
    cited = [c for s in answer.sentences for c in s.citations]
    assert {c.document for c in cited} == {"orders.csv", "customers.csv"}
    for each in cited:
        assert each.span.of(corpus.source(each.document).text) == each.quote
    for document, span in zip(answer.computed.cell_documents, answer.computed.cells, strict=True):
        assert span.of(corpus.source(document).text) in f"{ORDERS}{CUSTOMERS}"


def test_only_tables_that_pass_the_filter_are_joined(corpus: Corpus) -> None:
    answer = corpus.ask(COMPUTED[0][0], within=Filter(paths=("orders.csv",)))
    assert answer.computed is None or answer.computed.result != COMPUTED[0][1]


def test_the_page_marks_the_cells_of_both_tables(corpus: Corpus) -> None:
    computed = corpus.ask(COMPUTED[3][0]).computed
    assert computed is not None
    shown = shown_table({name: corpus.source(name) for name in computed.documents}, computed)
    assert shown is not None
    assert shown.marked == {(0, 6), (3, 6), (4, 6)}


def test_a_kept_answer_is_computed_again_over_both(corpus: Corpus, folder: Path, tmp_path: Path) -> None:
    answer = corpus.ask(COMPUTED[2][0])
    lines = tmp_path / "kept.jsonl"
    lines.write_text(json.dumps(wire.ask(wire.single_question(answer.question), answer)) + "\n")
    other = tmp_path / "other"
    other.mkdir()
    (other / "orders.csv").write_text(ORDERS)
    (other / "customers.csv").write_text(CUSTOMERS.replace("Ines Fabel,Berlin", "Ines Fabel,Bonn"))
    sync(Store(other / ".citeback"), [other], load=load_encoder)
    for place, verdict in ((folder, "computed"), (other, "stale")):
        run = CliRunner().invoke(
            app, ["verify", "--answers", str(lines), "--json", "--store", str(place / ".citeback")]
        )
        assert json.loads(run.output.splitlines()[0])["verdict"] == verdict, run.output


def parts(*texts: str) -> tuple[FileTable, ...]:
    named = {f"{n}.csv": read(text.encode(), f"{n}.csv") for n, text in enumerate(texts)}
    return tuple(each for name, source in named.items() for each in file_tables(name, source))


@pytest.mark.parametrize(
    "other",
    [
        "Customer no,City\nK1,Berlin\nK1,Bonn\nK2,Ulm\nK3,Rom\nK4,Genf\n",  # a key that two rows have
        "Customer no,City\nK1,Berlin\nK2,Ulm\nK3,Rom\n",  # K4 is nowhere
        "Customer no,Product,City\nK1,Lamp,Ulm\nK2,Chair,Rom\nK3,Desk,Bonn\nK4,Bed,Genf\n",  # two keys
        "Client,City\nK1,Berlin\nK2,Ulm\nK3,Rom\nK4,Genf\n",  # no head in common
    ],
)
def test_a_key_that_is_not_certain_links_nothing(other: str) -> None:
    assert linked(*parts(ORDERS, CUSTOMERS)) is not None
    assert linked(*parts(ORDERS, other)) is None


def test_rows_of_too_many_cells_are_not_made() -> None:
    orders = read(b"Key,Order\n" + b"K1,x\n" * 300, "orders")
    wide = [",".join(each) for each in (["Key", *(f"h{n}" for n in range(300))], ["K1"] * 301, ["K2"] * 301)]
    one, other = (
        next(file_tables(name, source))
        for name, source in (("orders.csv", orders), ("wide.csv", read("\n".join(wide).encode(), "wide")))
    )
    assert linked(one, other) is None
