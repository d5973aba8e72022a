"""An answer of mere quotations stands as blocks, by document, in the order of the document."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from parsed import Parsed
from scripted import answer, cite, said, source

from citeback.index.records import Span
from citeback.page.state.exchange import Exchange
from citeback.page.state.surroundings import clause_above, located
from citeback.page.views.quotations import clause_of, is_quoted, quotations
from citeback.rag.answer import Verdict

LEASE = (
    "6. Repairs\nThe tenant keeps the windows in repair. The landlord keeps the roof.\n"
    "7. Access\nNobody enters."
)
WINDOWS, ROOF, ACCESS = (
    "6. Repairs\nThe tenant keeps the windows in repair.",
    "The landlord keeps the roof.",
    "Nobody enters.",
)
WORDS = st.text("ab 6.\n<*`", min_size=1, max_size=20).filter(lambda words: bool(words.split()))


def exchange(*quotes: str, document: str = "lease.txt", text: str = LEASE) -> Exchange:
    cited = [cite(document, text, quote, n) for n, quote in enumerate(quotes, 1)]
    context = {each.n: located(source(text, "The lease"), each.span) for each in cited}
    return Exchange("What?", answer=answer("What?", list(map(said, cited))), context=context)


def test_quotations_stand_below_their_clause_in_the_order_of_the_document() -> None:
    shown = Parsed(quotations(0, exchange(ACCESS, ROOF, WINDOWS))).check()
    assert [each.text for each in shown.of("h3", "from")] == ["The lease"]
    assert [each.text for each in shown.of("p", "where-from")] == ["6. Repairs", "7. Access"]
    words = [each.text.partition("[")[0].strip() for each in shown.of("blockquote")]
    assert words == ["The tenant keeps the windows in repair.", ROOF, ACCESS]
    assert [each.attributes["href"] for each in shown.of("a", "marker")] == [
        "#cite-0-3",
        "#cite-0-2",
        "#cite-0-1",
    ]


def test_the_title_is_not_repeated_above_a_quotation() -> None:
    one = exchange(ROOF)
    titled = {n: replace(each, heading=each.title) for n, each in one.context.items()}
    shown = Parsed(quotations(0, replace(one, context=titled))).check()
    assert shown.text.count("The lease") == 1


@given(st.lists(WORDS, min_size=1, max_size=4, unique=True))
def test_words_are_shown_character_for_character(quotes: list[str]) -> None:
    one = exchange(*quotes, text="\n\n".join(quotes))
    shown = "".join(Parsed(quotations(0, replace(one, context={}))).text.split())
    for quote in quotes:
        assert "".join(quote.split()) in shown
    clauses = map(clause_of, quotes)
    assert all(
        "".join(f"{a}{b}".split()) == "".join(q.split()) for q, (a, b) in zip(quotes, clauses, strict=True)
    )


def test_what_a_chat_model_writes_is_prose() -> None:
    quoted = exchange(ROOF)
    assert is_quoted(quoted) and quoted.answer
    assert not is_quoted(replace(quoted, answer=replace(quoted.answer, model="a model")))
    assert not is_quoted(replace(quoted, written=True))
    doubted = said(cite("lease.txt", LEASE, ROOF), verdict=Verdict.PARTIAL)
    assert not is_quoted(replace(quoted, answer=answer("What?", [doubted])))
    assert not is_quoted(Exchange("What?"))


def test_a_line_of_prose_or_of_a_list_is_no_clause() -> None:
    for text in ("1. Start the engine.\nGo on.", "12 ships\nGo on.", "It ends in\n30 days\nGo on."):
        assert not clause_above(text, text.index("Go"))
    assert clause_above("§ 12b Term of notice\nGo on.", 21) == "§ 12b Term of notice"
    assert located(source("4.1 Rent\nGo on."), Span(9, 15)).heading == "4.1 Rent"
