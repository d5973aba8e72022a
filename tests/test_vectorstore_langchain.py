"""Our vector store keeps every promise that LangChain's own suite knows of, and a few more."""

import numpy as np
import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import VectorStoreIntegrationTests
from toy import vector

from citeback.index.search.langchain_vectorstore import FaissVectorStore


class TestFaissVectorStore(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self) -> VectorStore:
        return FaissVectorStore(self.get_embeddings())


class LangChainEmbeddings(Embeddings):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [(3 * vector(text)).tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def test_scores_are_cosines_whatever_the_length_of_a_vector() -> None:
    store = FaissVectorStore.from_texts(
        ["red fish", "blue fish", "a car"], LangChainEmbeddings(), ids=["r", "b", "c"]
    )
    results = store.similarity_search_with_score("blue fish", k=9)
    assert results[0][0].id == "b"
    assert results[0][1] == pytest.approx(1)
    assert results[1][1] == pytest.approx(
        float(np.dot(vector("blue fish"), vector(results[1][0].page_content))), abs=1e-6
    )
    assert len(results) == len(store) == 3
    relevance = store.similarity_search_with_relevance_scores("blue fish", k=1)
    assert relevance[0][1] == pytest.approx(1)


def test_an_id_given_twice_in_one_call_is_kept_once() -> None:
    store = FaissVectorStore(LangChainEmbeddings())
    assert store.add_texts(["one", "two", "three"], ids=["x", "y", "x"]) == ["x", "y", "x"]
    assert [d.page_content for d in store.get_by_ids(["x", "y", "none"])] == ["three", "two"]
    assert len(store.similarity_search("three", k=5)) == 2


def test_nothing_is_half_added() -> None:
    store = FaissVectorStore(LangChainEmbeddings())
    with pytest.raises(ValueError, match="2 texts, 1 ids"):
        store.add_texts(["one", "two"], ids=["x"])
    with pytest.raises(ValueError, match="1 metadatas"):
        store.add_texts(["one", "two"], [{}])
    assert store.similarity_search("one") == []
    assert store.add_texts([]) == []


def test_deleting_all_leaves_an_empty_store_that_can_be_filled() -> None:
    store = FaissVectorStore.from_texts(["one", "two"], LangChainEmbeddings())
    assert store.delete()
    assert store.similarity_search("one") == []
    store.add_texts(["three"])
    assert [d.page_content for d in store.similarity_search("one")] == ["three"]


def test_what_is_handed_out_cannot_change_what_is_held() -> None:
    store = FaissVectorStore(LangChainEmbeddings())
    store.add_documents([Document(page_content="one", metadata={"tags": ["a"]})], ids=["1"])
    store.similarity_search("one")[0].metadata["tags"].append("b")
    assert store.get_by_ids(["1"])[0].metadata == {"tags": ["a"]}


def test_a_retriever_is_made_of_it() -> None:
    store = FaissVectorStore.from_texts(["one", "two"], LangChainEmbeddings())
    assert [d.page_content for d in store.as_retriever(search_kwargs={"k": 1}).invoke("two")] == ["two"]
