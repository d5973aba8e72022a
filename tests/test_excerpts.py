"""What Look up shows of a passage: whole sentences of it, those that match best among them."""

from hypothesis import given
from hypothesis import strategies as st

from citeback.page.views.lookup import LONG, excerpt, word_stems

WORD = st.text("abcdefgh", min_size=1, max_size=12)
SENTENCE = st.lists(WORD, min_size=3, max_size=14).map(lambda words: " ".join(words).capitalize() + ".")


@given(st.lists(SENTENCE, min_size=1, max_size=12), st.integers(0, 11))
def test_an_excerpt_is_whole_sentences_with_the_one_that_matches(sentences: list[str], at: int) -> None:
    sentences.insert(min(at, len(sentences)), "The northern lock is long.")
    passage = " ".join(sentences)
    shown = excerpt(passage, word_stems("northern lock"))
    bare = shown.removeprefix("… ").removesuffix(" …")
    assert "The northern lock is long." in bare and bare in passage and len(bare) <= LONG + 12
    assert all(each in sentences for each in bare.replace(". ", ".\n").split("\n"))
    assert (shown == passage) or shown.startswith("… ") or shown.endswith(" …")


def test_a_long_sentence_is_cut_between_words() -> None:
    assert excerpt("word " * 400, ("word",)).removesuffix(" …").split() == ["word"] * (LONG // 5)
