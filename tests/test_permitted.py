"""What is permitted of an index is what an index of the permitted files alone would be."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy import ToyEncoder, ToyQueries, loading, read

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.errors import UnknownDocument
from citeback.index.generations.filtered_generation import (
    RestrictedGeneration,
    RestrictedLexicalIndex,
)
from citeback.index.generations.generation import Generation
from citeback.index.generations.protocols import Searchable
from citeback.index.generations.store import Store
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.bm25 import Bm25Index
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.index.search.name_filter import ALL_NAMES, NameFilter
from citeback.index.sync.sync import sync
from citeback.rag.checking.verify import ClaimVerifier
from citeback.rag.corpus import Corpus
from citeback.rag.counting import mentions
from citeback.rag.filtered_corpus import RestrictedCorpus
from citeback.rag.pipeline import Pipeline
from citeback.rag.writing.extractive import ExtractiveWriter

LONG = ". ".join(" ".join(f"word{n + m}" for m in range(9)) for n in range(0, 90, 9))
TEXTS = (
    LONG,
    f"{LONG} More ships of another hand.",
    "The canal was opened in 1851.\n\nAda Holm counted ships.",
    "Ships left Tartus. Ships came back.",
    "broken",
)
NAMES = ("a.txt", "b.txt", "open/a.txt", "open/b.txt", "open/c.txt", "open/shut/a.txt", "z.txt")
ANALYZER = Analyzer("en")
texts = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS), min_size=1)
patterns = st.sampled_from(
    [
        ("open/",),
        ("open/**", "!open/shut/"),
        ("!open/",),
        ("z.txt",),
        ("b.txt",),
        ("*.txt",),
        ("none/",),
        ("",),
    ]
)


@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from("abcd"), min_size=4, max_size=4), st.booleans()),
        min_size=1,
        max_size=30,
    ),
    st.lists(st.sampled_from("abcde"), min_size=1, max_size=4),
)
@settings(max_examples=40)
def test_words_of_hidden_documents_change_no_score(
    rows: list[tuple[list[str], bool]], asked: list[str]
) -> None:
    mask = np.array([may for _, may in rows])
    own = {n: words for n, (words, may) in enumerate(rows) if may}
    with TemporaryDirectory() as whole, TemporaryDirectory() as alone:
        for where, documents in ((whole, [words for words, _ in rows]), (alone, list(own.values()))):
            Bm25Index.build(Path(where), documents, heap=15_000_000)
        scores, found = RestrictedLexicalIndex(Bm25Index.open(Path(whole)), mask, int(mask.sum())).search(
            asked, len(rows)
        )
        wanted, places = Bm25Index.open(Path(alone)).search(asked, len(rows))
    expected = {list(own)[place]: score for place, score in zip(places, wanted, strict=True)}
    assert dict(zip(found.tolist(), scores, strict=True)) == pytest.approx(expected, rel=1e-4)


def index(where: Path, texts: dict[str, str]) -> Generation:
    """Index some texts by name, one of which may be broken."""
    for name, text in texts.items():
        (where / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (where / "docs" / name).write_text(text)
    (where / "docs").mkdir(exist_ok=True, parents=True)
    sync(Store(where / "store"), [where / "docs"], load=loading(ToyEncoder()), read=read)
    return Store(where / "store").current()


def seen(searched: Searchable) -> object:
    """Return all that can be learned of what is searched, but for scores."""
    names = [each.name for each in searched.documents]
    mask = searched.filter_mask(NO_FILTER)
    rows = range(len(searched)) if mask is None else np.flatnonzero(mask).tolist()
    return {
        "documents": [(each.name, each.copy_of, each.near_of) for each in searched.documents],
        "failures": [(each.name, each.reason) for each in searched.failures],
        "also": {
            name: searched.duplicates_of(name) for name in names if not dict(copies(searched)).get(name)
        },
        "near": {name: searched.near_duplicates_of(name) for name in names},
        "texts": {name: searched.source(name).text for name in names},
        "sizes": searched.sizes(names),
        "chunks": sorted((row.document, row.chunk.span) for row in searched.chunks(rows)),
        "mentions": [mentions(searched, ANALYZER, what, NO_FILTER) for what in ("ships", "Ada Holm")],
        "frequencies": searched.lexical.document_frequency(["ship", "word7", "canal", "nothing"]),
        "size": len(searched.lexical),
        "all": [searched.document(name).sha256 for name in names],
        "some": searched.filter_mask(Filter(paths=("a.txt",))) is None,
    }


def copies(searched: Searchable) -> Iterator[tuple[str, str]]:
    for each in searched.documents:
        yield each.name, each.copy_of


@settings(max_examples=40)
@given(texts, patterns)
def test_it_is_an_index_of_those_files_alone(texts: dict[str, str], patterns: tuple[str, ...]) -> None:
    may = NameFilter(patterns)
    with TemporaryDirectory() as there, TemporaryDirectory() as alone:
        own = {name: text for name, text in texts.items() if may.matches(name)}
        with index(Path(there), texts) as whole, index(Path(alone), own) as fresh:
            part = RestrictedGeneration(whole, may)
            assert seen(part) == seen(fresh)
            for name in texts.keys() - own.keys() | {"nothing.txt"}:
                refused, unknown = [_refusal(each, name) for each in (part, fresh)]
                assert refused == unknown != ""
                assert part.duplicates_of(name) == part.near_duplicates_of(name) == ()
            hidden = np.flatnonzero(~part.filter_mask(NO_FILTER))
            for row in hidden.tolist():
                with pytest.raises(IndexError):
                    part.chunks([row])


def _refusal(searched: Searchable, name: str) -> str:
    try:
        searched.source(name)
    except UnknownDocument as error:
        return str(error)
    return ""


@settings(max_examples=25)
@given(texts, patterns, st.sampled_from([("a.txt",), ("open/",), ("*.txt",)]))
def test_what_is_asked_for_is_narrowed_and_never_widened(
    encoder: SentenceEncoder, texts: dict[str, str], patterns: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    may, within = NameFilter(patterns), Filter(paths=asked)
    with TemporaryDirectory() as there, index(Path(there), texts) as whole:
        part = RestrictedGeneration(whole, may)
        line = Pipeline(
            part, ToyQueries(), ANALYZER, ExtractiveWriter(), ClaimVerifier(encoder, ANALYZER), 0.0, within
        )
        names = {name for name in texts if may.matches(name) and within.matches_name(name)}
        for passage in line.search("How many ships left Tartus or the canal?", 20):
            assert {passage.document, *passage.also, *passage.near} <= {n for n in texts if may.matches(n)}
            assert names & {passage.document, *passage.also}
            assert passage.span.of(part.source(passage.document).text) == passage.text


VAULT = "The vault of Elmira holds 77 crowns.\n\nShips never came to Elmira."
OPEN = "The canal was opened in 1851.\n\nIn all, 412 ships passed the canal."


@pytest.fixture(scope="module")
def corpus(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, corpus_over: Callable[..., Corpus]
) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("docs")
    for name, text in {"hidden/vault.txt": VAULT, "open/canal.txt": OPEN, "hidden/canal.txt": OPEN}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    (folder / "hidden/bad.pdf").write_text("no PDF")
    store = Store(tmp_path_factory.mktemp("store"))
    sync(store, [folder], load=lambda _: encoder)
    with corpus_over(store) as corpus:
        yield corpus


def test_an_answer_says_nothing_of_the_others(corpus: Corpus) -> None:
    view = RestrictedCorpus(corpus, NameFilter(("open/",)))
    assert "77" in corpus.ask("How many crowns does the vault of Elmira hold?").text
    refused = view.ask("How many crowns does the vault of Elmira hold?")
    assert refused.abstained and {each.document for each in refused.passages} == {"open/canal.txt"}
    counted = view.ask("How many documents mention ships?")
    assert counted.sentences[0].text.startswith("1 of 1 documents mentions “ships”, 1 time in all")
    assert "hidden" not in repr((counted, refused, view.documents, view.failures))
    assert view.search("Elmira", within=Filter(paths=("hidden/",))) == ()
    assert view.failures == () != corpus.failures
    assert view.folders == corpus.folders
    nobody = RestrictedCorpus(corpus, NameFilter(("none/",)))
    assert nobody.folders == () == nobody.documents
    assert nobody.ask("How many ships passed the canal?").abstained


def test_a_view_follows_the_corpus(corpus: Corpus) -> None:
    may = NameFilter(("open/",))
    assert corpus.visible_generation(may) is corpus.visible_generation(NameFilter(("open/",)))
    assert corpus.visible_generation(ALL_NAMES) is not corpus.visible_generation(may)
