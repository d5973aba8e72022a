"""Detects claims that contradict a text in its own words: negation and antonyms."""

from collections.abc import Iterator, Sequence

from citeback.index.search.analyzer import Analyzer
from citeback.rag.checking.claims.word_sequence import ClaimText

_ANTONYM_PAIRS = (
    "more less|more fewer|most least|increase decrease|increased decreased|rise fall|rose fell|"
    "risen fallen|grew shrank|grow shrink|higher lower|high low|highest lowest|larger smaller|"
    "large small|largest smallest|bigger smaller|big small|greater lesser|greater smaller|"
    "longer shorter|long short|older younger|old new|oldest youngest|oldest newest|earlier later|"
    "early late|before after|first last|begin end|began ended|start end|start finish|"
    "open close|opened closed|win lose|won lost|victory defeat|gain loss|accept reject|"
    "accepted rejected|allow forbid|allowed forbidden|allowed banned|legal illegal|"
    "possible impossible|able unable|true false|right wrong|left right|north south|east west|"
    "northern southern|eastern western|above below|up down|over under|inside outside|buy sell|"
    "bought sold|import export|imports exports|agree disagree|agreed disagreed|support oppose|"
    "supported opposed|success failure|succeeded failed|alive dead|born died|male female|"
    "men women|man woman|father mother|son daughter|brother sister|husband wife|positive negative|"
    "strong weak|stronger weaker|fast slow|faster slower|hot cold|rich poor|maximum minimum|"
    "best worst|better worse|majority minority|always never|all none|many few|private public|"
    "import export|include exclude|included excluded|appear disappear|guilty innocent|"
    "improve worsen|improved worsened|reduce increase|reduced increased|activate inhibit|"
    "promote inhibit|promotes inhibits|activates inhibits|upper lower|major minor|internal external|"
    "arrive leave|arrived left"
)


def contradictions(claim: ClaimText, source: Sequence[ClaimText]) -> Iterator[str]:
    """Yield a reason for each contradiction; `source` holds the sentences that the claim cites."""
    denied = frozenset().union(*(said.negated for said in source))
    affirmed = frozenset().union(*(said.affirmed for said in source))
    known = frozenset().union(*(said.terms for said in source))
    if terms := (claim.negated - claim.affirmed) & (affirmed - denied):
        yield f"the source does not deny {_first(claim, terms)}"
    if terms := (claim.affirmed - claim.negated) & (denied - affirmed):
        yield f"the source denies {_first(claim, terms)}"
    for word in claim.words:
        for opposite in _ANTONYMS.get(word.term, ()):
            if opposite in known and word.term not in known and opposite not in claim.terms:
                yield f"the source says the opposite of “{word.text}”"


def _first(claim: ClaimText, terms: frozenset[str]) -> str:
    return f"“{next(word.text for word in claim.words if word.term in terms)}”"


def _antonyms() -> dict[str, frozenset[str]]:
    stem, result = Analyzer("en").terms, dict[str, set[str]]()
    for pair in _ANTONYM_PAIRS.split("|"):
        one, other = (stem(word)[0] for word in pair.split())
        result.setdefault(one, set()).add(other)
        result.setdefault(other, set()).add(one)
    return {term: frozenset(others) for term, others in result.items()}


_ANTONYMS = _antonyms()
