"""Questions about a whole document: its contents or its chapters.

The document is the one whose title or name contains every word by which the question names it. A short
document is quoted whole, chapters by their headings.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Source, Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.answer import Citation, Sentence, Verdict
from citeback.rag.evidence.statements import is_reference_list

SHORT = 700  # maximum length, in characters, of a document that is quoted whole
SHOWN = 40  # maximum number of headings quoted
SURE = 0.9
"""The confidence: the title matches, but another document may be meant."""

_PLEASE = r"(?:please |can you |could you )*"
_ITS = r"(?:the |this |my |our |your )"
_CHAPTERS = re.compile(
    rf"{_PLEASE}(?:list|name|give|show|enumerate|what are|which are)(?: me)?(?: all)?(?: of)?(?: the)? "
    rf"(?:chapters?|sections?|headings?|parts?)(?: titles?)? (?:of|in) {_ITS}?(?P<what>.+)",
    re.IGNORECASE,
)
_CONTENTS = tuple(
    re.compile(_PLEASE + pattern, re.IGNORECASE)
    for pattern in (
        rf"what(?:['’]?s| is| does)(?: there)?(?: written| said)? (?:in|on|inside) {_ITS}(?P<what>.+)",
        rf"what does {_ITS}(?P<what>.+?) (?:say|contain|hold|cover)",
        rf"(?:show|read|quote)(?: me)? {_ITS}(?P<what>.+)",
        rf"summari[sz]e {_ITS}?(?P<what>.+)",
    )
)
_DER = r"(?:der|die|das|dem|den|des|diese[rsmn]?|mein(?:e[rnm]?)?|unser(?:e[rnm]?)?) "
_LE = r"(?:les? |la |l['’]|ce |cette |cet |ces |mon |ma |mes |notre |nos )"
_EL = r"(?:el |la |los |las |este |esta |estos |estas |mi |mis |nuestro |nuestra )"
_OTHER_CHAPTERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:welche|nenne(?: mir)?(?: alle)?)(?: die)? (?:kapitel|abschnitte|überschriften) "
        rf"(?:hat|gibt es in|von|in) {_DER}(?P<what>.+)",
        rf"quels sont les (?:chapitres|titres) (?:de |du |des |d['’])(?:{_LE})?(?P<what>.+)",
        rf"quelles sont les (?:sections|parties) (?:de |du |des |d['’])(?:{_LE})?(?P<what>.+)",
        rf"cuáles son (?:los (?:capítulos|apartados)|las secciones) (?:de |del )(?:{_EL})?(?P<what>.+)",
    )
)
_OTHER_CONTENTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"was steht (?:in|auf) {_DER}(?P<what>.+)",
        r"was steht (?:im|am) (?P<what>.+)",
        rf"(?:fasse?|fass) (?:{_DER})?(?P<what>.+) zusammen",
        rf"(?:zeige?|zeig)(?: mir)? {_DER}(?P<what>.+)",
        rf"que dit {_LE}(?P<what>.+)",
        rf"qu['’](?:y a-t-il|est-ce qu['’]il y a) dans {_LE}(?P<what>.+)",
        rf"(?:résume|résumez|montre(?:-moi)?|montrez(?:-moi)?) {_LE}(?P<what>.+)",
        rf"qué (?:dice|hay en|pone en|contiene) {_EL}(?P<what>.+)",
        rf"(?:resume|resuma|muéstrame|muestre|muéstreme) {_EL}(?P<what>.+)",
    )
)
_GENERIC = re.compile(
    r"^(?:book|article|report|document|file|note|page|text|paper|story|chapter|mail|message)s?\b"
    r"(?: (?:about|on|of|called|named|titled))?(?: the)?\s*",
    re.IGNORECASE,
)
_CHAPTER = re.compile(r"(?:chapter|part|section)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Overview:
    """What a question asks for: a document's chapters or its contents; `what` names the document."""

    what: str
    chapters: bool


def requested(question: str) -> Overview | None:
    """Return the overview that a question asks for, or None for any other question.

    >>> requested("What's in the receipt?"), requested("Who wrote the receipt?")
    (Overview(what='receipt', chapters=False), None)
    >>> requested("Was steht im Mietvertrag?")
    Overview(what='Mietvertrag', chapters=False)
    """
    asked = question.strip().lstrip("¿ ").rstrip("?.! ")
    if result := _first_match((_CHAPTERS, *_OTHER_CHAPTERS), asked):
        return Overview(_GENERIC.sub("", result["what"]), chapters=True)
    result = _first_match((*_CONTENTS, *_OTHER_CONTENTS), asked)
    return Overview(_GENERIC.sub("", result["what"]), chapters=False) if result else None


def _first_match(patterns: Iterable[re.Pattern[str]], asked: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.fullmatch(asked))), None)


def named_document(
    generation: Searchable, analyzer: Analyzer, what: str, documents: Iterable[str]
) -> str | None:
    """Return the document that `what` names, or None if there is none or several match equally well.

    A document matches if its title or name contains every word of `what`; the one with the fewest other words
    wins.
    """
    terms = set(analyzer.query_terms(what))
    if not terms:
        return None
    others: dict[str, int] = {}
    for name in dict.fromkeys(documents):
        path = PurePosixPath(name)
        titles = (generation.document(name).title, re.sub(r"[\W_]+", " ", path.stem))
        matching = [own for title in titles if terms <= (own := set(analyzer.query_terms(title)))]
        if matching:
            others[name] = min(len(own - terms) for own in matching)
    best = [name for name in others if others[name] == min(others.values())]
    return best[0] if len(best) == 1 else None


def overview(generation: Searchable, document: str, wanted: Overview) -> Sentence | None:
    """Return a sentence that cites a document's chapters, or the whole document; None if it is too long."""
    source = generation.source(document)
    citations = tuple(
        Citation(
            n=n,
            document=document,
            span=span,
            quote=span.of(source.text),
            support=1.0,
            page=source.page_at(span.start),
            place=source.location_at(span.start),
            also=generation.duplicates_of(document),
            date=source.date,
        )
        for n, span in enumerate(_chapters(source) if wanted.chapters else _whole(source), start=1)
    )
    text = "; ".join(citation.quote for citation in citations)
    return Sentence(text=text, verdict=Verdict.SUPPORTED, citations=citations) if citations else None


def _chapters(source: Source) -> list[Span]:
    """Return the headings of the highest level with several, preferring those called chapters."""
    levels = [heading.level for heading in source.headings]
    top = next((level for level in sorted(set(levels)) if levels.count(level) > 1), None)
    own = [heading.span for heading in source.headings if heading.level == top]
    own = [span for span in own if not is_reference_list((span.of(source.text),))]
    called = [span for span in own if _CHAPTER.match(span.of(source.text))]
    chapters = called if len(called) > 1 else own
    return chapters if len(chapters) <= SHOWN else []


def _whole(source: Source) -> Iterator[Span]:
    """Yield the span of the whole document, stripped, if it is short enough."""
    body = source.text.strip()
    if body and len(body) <= SHORT:
        start = len(source.text) - len(source.text.lstrip())
        yield Span(start, start + len(body))
