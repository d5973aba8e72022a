"""What stands in lists, tables, quotes inside quotes and readers' comments is found and cited exactly."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from test_readers_comments import SAID, SYSTEMS, page
from toy import loading

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.rag.answer import Citation
from citeback.rag.corpus import Corpus

RULES = """# Rules of the lock

What a boat must carry:

- a lifebuoy for every person on board
- two anchors, of which one weighs at least 12 kg
* a horn that can be heard 400 metres away
1. The skipper signs the green book.
2. Pets stay on a leash.

Boats without these are turned away.
"""
TOWNS = """# Towns on the canal

| Town | Inhabitants | Lock keeper |
|---|---|---|
| Tärnholm | 4,120 | Ada Holm |
| Osby | 980 | Bo Ek |
| Lundvik | 15,300 | Cilla Dahl |
"""
WITNESS = (
    "The witness said: “He turned to me and asked, ‘Who told you the sluice was open?’ "
    "and I answered, ‘Nobody did.’”"
)
TRIAL = f"""The trial of the lock keeper lasted a week.

{WITNESS}

"I remember," the skipper wrote, "that she shouted 'Close the gate!' twice. Then the water came."
"""
FEES = """<html><head><title>Fees</title></head><body><article><h1>Fees</h1>
<p>The council met last autumn in the town hall, and there was a long debate about the winter.</p>
<table><tr><th>Boat</th><th>Fee of the lock</th></tr>
<tr><td>Rowing boat</td><td>3 crowns</td></tr><tr><td>Barge</td><td>45 crowns</td></tr></table>
<ul><li>Children under six pass free.</li><li>Bicycles cost one crown.</li></ul></article></body></html>"""
SHIPS = "ship,built,tonnes\nHeron,1911,320\nKestrel,1934,512\nPlover,1902,210\n"
FERRY = "The ferry leaves the\nnorthern pier\nat noon.\n\n- adults pay 4 crowns\n- dogs pay nothing\n"


@pytest.fixture(scope="module")
def corpus(
    encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory, corpus_over: Callable[..., Corpus]
) -> Iterator[Corpus]:
    folder: Path = tmp_path_factory.mktemp("documents")
    (folder / "rules.md").write_text(RULES)
    (folder / "ferry.txt").write_bytes(FERRY.replace("\n", "\r\n").encode())
    (folder / "towns.md").write_text(TOWNS)
    (folder / "ships.csv").write_text(
        "ship,built,tonnes\nHeron,1911,320\nKestrel,1934,512\nPlover,1902,210\n"
    )
    (folder / "trial.txt").write_text(TRIAL)
    (folder / "fees.html").write_text(FEES)
    (folder / "canal.html").write_bytes(page(SYSTEMS["wordpress"]))
    store = Store(tmp_path_factory.mktemp("store"))
    sync(store, [folder], load=loading(encoder))
    with corpus_over(store) as opened:
        yield opened


@pytest.fixture(scope="module")
def first(corpus: Corpus) -> Callable[[str], Citation]:
    """Return a function that gives the first citation of the answer to a question."""

    def cited(question: str) -> Citation:
        answer = corpus.ask(question)
        assert not answer.abstained, (question, answer.confidence)
        for citation in (c for sentence in answer.sentences for c in sentence.citations):
            assert corpus.source(citation.document).text[citation.span.start : citation.span.end] == (
                citation.quote
            )
        return answer.sentences[0].citations[0]

    return cited


@pytest.mark.parametrize(
    ("question", "document", "quote"),
    [
        ("How heavy must an anchor be?", "rules.md", "- two anchors, of which one weighs at least 12 kg"),
        ("How far away must the horn be heard?", "rules.md", "* a horn that can be heard 400 metres away"),
        ("What do bicycles cost?", "fees.html", "Bicycles cost one crown."),
        ("How many inhabitants does Osby have?", "towns.md", "Osby | 980 | Bo Ek"),
        ("Who is the lock keeper of Lundvik?", "towns.md", "Lundvik | 15,300 | Cilla Dahl"),
        ("When was the Kestrel built?", "ships.csv", "Kestrel\t1934\t512"),
        ("How many crowns is the fee of a barge?", "fees.html", "Barge\t45 crowns"),
        ("When does the ferry leave?", "ferry.txt", "The ferry leaves the\r\nnorthern pier\r\nat noon."),
        ("What do dogs pay?", "ferry.txt", "- dogs pay nothing"),
        ("What did he ask the witness about the sluice?", "trial.txt", WITNESS),
    ],
)
def test_an_item_a_row_or_a_quote_is_cited_whole_and_alone(
    first: Callable[[str], Citation], question: str, document: str, quote: str
) -> None:
    citation = first(question)
    assert (citation.document, citation.quote) == (document, quote)


def test_a_quote_inside_a_quote_is_not_cut_off(first: Callable[[str], Citation]) -> None:
    quote = first("What did the skipper remember that she shouted about the gate?").quote
    assert "that she shouted 'Close the gate!' twice." in quote
    assert quote.startswith('"I remember,"')


@pytest.mark.parametrize(
    ("question", "who"),
    [("Who worked on the upper lock?", 0), ("Is the towpath open all year round?", 2)],
)
def test_a_comment_is_cited_with_the_name_of_whoever_made_it(
    first: Callable[[str], Citation], question: str, who: int
) -> None:
    name, text = SAID[who]
    citation = first(question)
    assert citation.quote == f"{name}: {text}"
    assert citation.place == f"comment by {name}"
