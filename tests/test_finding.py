"""Passages are looked up, kept to what was asked, put in order, opened and copied with their reference."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st
from parsed import Parsed
from scripted import ScriptedCorpus, source

from citeback.index.records import Span
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.page.presenters.lookup import SearchHandlers, parse_filter, relevant, sort_passages
from citeback.page.views import lookup, references
from citeback.page.views.references import Reference
from citeback.rag.answer import Passage, Turn

TEXT = "One. Two. Three."
FOUND = tuple(
    Passage(n, name, Span(start, start + 4), TEXT[start : start + 4], 1.0 / n, place="line 1")
    for n, (name, start) in enumerate((("b.txt", 5), ("a.txt", 0), ("b.txt", 0)), 1)
)


@dataclass
class SearchShelf(ScriptedCorpus):
    asked: list[Filter] = field(default_factory=list)

    def search(
        self, question: str, k: int = 10, history: Sequence[Turn] = (), within: Filter = NO_FILTER
    ) -> tuple[Passage, ...]:
        self.asked.append(within)
        return FOUND


def test_a_form_is_a_filter() -> None:
    asked = {"within": "reports/**, *.pdf", "author": "Holm", "since": "2024", "until": " ", "kind": ""}
    assert parse_filter(asked) == Filter(paths=("reports/**", "*.pdf"), authors=("Holm",), since="2024")


def test_what_the_form_holds_is_what_the_search_keeps_to() -> None:
    shelf = SearchShelf({"a.txt": source(TEXT)})
    finder = SearchHandlers(lambda: shelf)
    form = Parsed(finder.open()[0]).check()
    fields = [each.attributes["name"] for kind in ("input", "select") for each in form.of(kind)]
    assert fields == ["question", "within", "author", "since", "until", "kind", "sort"]
    assert [each.attributes["value"] for each in form.of("option")][:2] == ["", "text"]
    given = ("ships", "reports/**", "Holm", "2022-05", "2023", "text", "best")
    finder.look_up(dict(zip(fields, given, strict=True)))
    finder.look_up({"question": "ships"})
    kept = Filter(("reports/**",), "2022-05", "2023", ("text",), ("Holm",))
    assert shelf.asked == [kept, NO_FILTER]


def test_passages_come_in_the_order_asked_for() -> None:
    days = {"a.txt": "2024-01-01", "b.txt": ""}
    assert list(sort_passages("best", FOUND, days)) == list(FOUND)
    assert [p.n for p in sort_passages("document", FOUND, days)] == [2, 3, 1]
    assert [p.document for p in sort_passages("newest", FOUND, days)] == ["a.txt", "b.txt", "b.txt"]
    assert next(p.document for p in sort_passages("oldest", FOUND, days)) == "a.txt"


def test_a_passage_opens_at_its_words_among_the_others() -> None:
    finder = SearchHandlers(lambda: SearchShelf({"a.txt": source(TEXT), "b.txt": source(TEXT)}))
    shown, passages = finder.look_up({"question": "two"})
    links = [a.attributes["href"] for a in Parsed(shown).check().of("a", "passage")]
    assert links == ["#found-0", "#found-1", "#found-2"]
    panel = Parsed(finder.follow("found-0", passages)).check()
    assert [m.text for m in panel.of("mark", "now")] == ["Two."]
    assert [m.text for m in panel.of("mark", "cited")] == ["One."]
    assert panel.of("span", "count")[0].text == "2 of 2 found here"
    for ref in ("found-9", "found--1", "cite-0-1", ""):
        assert "Open a passage to see it here" in finder.follow(ref, passages)


def test_a_date_that_is_none_and_a_blank_question_are_told() -> None:
    finder = SearchHandlers(lambda: SearchShelf({}))
    assert "is not a date" in finder.look_up({"question": "x", "since": "May"})[0]
    assert lookup.EMPTY in finder.look_up({"question": " "})[0]


def test_a_passage_says_which_documents_say_nearly_the_same() -> None:
    near = Passage(1, "a.txt", Span(0, 4), "One.", 1.0, near=("c<i>.txt",))
    shown = Parsed(lookup.results_list([near, FOUND[0]], ["", ""])).check()
    assert [p.text for p in shown.of("p", "hint")] == ["2 passages", "Nearly the same: c<i>.txt"]


def test_quotes_carry_their_reference() -> None:
    one = Reference(
        "Two\nlines", "a b.pdf", Span(3, 9), title="The {news}", place="page 2", date="2024-05-01"
    )
    assert references.plain(one) == "“Two lines”\n(The {news}, a b.pdf, 2024-05-01, page 2)"
    assert references.plain(replace(one, document="a.txt")).startswith("“Two\nlines”")
    assert references.markdown(one).startswith("> Two lines\n>\n> The {news}, a b.pdf, 2024-05-01, page 2, ")
    assert "`/source/a%20b.pdf?at=3-9&words=" in references.markdown(one)
    assert references.footnote(one) == "The {news}, a b.pdf, 2024-05-01, page 2: “Two lines”"
    entry = references.bibtex(one)
    assert entry.startswith("@misc{a-b-3,\n  title = {The {\\textbraceleft}news{\\textbraceright}},\n")
    assert "year = {2024}" in entry
    assert references.ris(one).splitlines()[:4] == [
        "TY  - GEN",
        "TI  - The {news}",
        "DA  - 2024/05/01",
        "SP  - 2",
    ]


def test_a_reference_states_no_date_that_the_document_does_not_state() -> None:
    undated = Reference("Two", "a.txt", Span(3, 6))
    assert references.plain(undated) == "“Two”\n(a.txt)"
    assert "year" not in references.bibtex(undated) and "DA" not in references.ris(undated)


@given(st.text(min_size=1), st.text(min_size=1))
def test_an_entry_of_bibtex_is_balanced_whatever_stands_in_it(name: str, words: str) -> None:
    one = Reference(words, name, Span(0, len(words)), title=words, date=words)
    entry = references.bibtex(one)
    assert entry.count("{") == entry.count("}")
    assert all(line[2:6] == "  - " for line in references.ris(one).splitlines())


def test_the_words_of_a_question_are_bold_and_scraps_are_left_out() -> None:
    assert lookup.emphasized("A deposit, deposits & depots", lookup.word_stems("deposit")) == (
        "A <strong>deposit</strong>, <strong>deposits</strong> &amp; depots"
    )
    whole = Passage(1, "a.txt", Span(0, 30), "The deposit is paid by the tenant.", 1.0)
    scrap, far = Passage(2, "a.txt", Span(31, 36), "Costs", 0.9), replace(whole, n=3, score=0.1)
    assert relevant((whole, scrap, far)) == (whole,)
    assert relevant((scrap,)) == (scrap,)
