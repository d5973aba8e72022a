"""What stands beside a name and says what it is: a verb, a role or a label."""

import re

from citeback.index.records import Span
from citeback.index.word_lists import word_list

REACH = 60  # characters beside a name
_ROLES = "|".join(sorted(word_list(__package__, "role_words.txt")))
_VERBS = (
    "said|says|told|tells|added|wrote|writes|announced|explained|argued|replied|warned|asked|answered|proposed"
    "|suggested|presented|coordinates|coordinated|chairs|chaired|signed|teaches|taught|thanked|thinks|thought"
    "|believes|believed|resigned|retired|lives|lived|drove|knows|knew|reported|recalled|remembered|hopes"
    "|wants|wanted|smiled|nodded|studied|graduated|married|died"
)
_PERSON_AFTER = re.compile(
    rf"(?:,? (?:{_VERBS})\b(?! by)|,? who\b| <[\w.+-]{{1,60}}@"
    r"|,? (?:was|is|has been|will be|were|are) (?:re-)?(?:elected|born|appointed|informed|in charge|hired)\b"
    r"|,? (?:remains|remained|is|was|became|stays) (?:(?:the|a|an|our|its) )?(?:[a-z]{1,20} ){0,2}"
    rf"(?:{_ROLES})\b"
    rf"|(?:,| \() ?(?:(?:the|our|a|its|her|his) )?(?:[a-z]{{1,20}} ){{0,2}}(?:{_ROLES})\b)"
)
_LABELS = (
    "name|present|absent|apologies|attendees|participants|chair|minutes|minutes by|secretary|treasurer|author"
    "|authors|signed|signed by|reported by|prepared by|written by|approved by|contact|from|to|cc|owner|editor"
)
_PERSON_BEFORE = re.compile(
    rf"(?:(?:\A|[\n.;*|\t-])\W{{0,4}}(?:{_LABELS})\**:\**[^\S\n]{{1,3}}"
    r"|\b(?:by|thank|thanked|met|meet|contact|handed to|addressed to|given to|report to|seen|invited|asked"
    r"|elected|appointed|told|informed|nobody but|except|dear|thanks to|on behalf of|behind|beside) "
    rf"|\b(?:{_ROLES})(?: (?:is|was|are),?|,)? "
    # A line of a chat: "[2026-01-19, 09:04] Mira Okonjo: ..."
    r"|(?:\A|\n)[\[(]?\d[\d./-]{5,9},? \d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?[\])]?[ -]{1,3}"
    r"|\b(?:his|her|their|my|whose) (?:full |new )?name (?:is|was) "
    r"|\b(?:regards|sincerely|faithfully|truly|wishes|grüßen|salutations),?\s{1,4})\Z",
    re.IGNORECASE,
)
_COMPANY_BEFORE = re.compile(
    r"\b(?:company|firm|supplier|charity|bakery|manufacturer|contractor|brewery|start-?up|insurer|employer"
    r"|competitor|newspaper|magazine|publisher|agency|team|band|startup),? (?:called |named )?\Z",
    re.IGNORECASE,
)
# What a contract calls a party, after its name and town: "Norwood Clinics, Bristol (the “Customer”)".
_PARTY_AFTER = re.compile(
    r"(?P<town>, [A-Z][\w -]{1,30})?,? \((?:the |hereinafter (?:the )?)?[\"“”„'’](?:Customer|Client|Provider"
    r"|Supplier|Licensor|Licensee|Processor|Controller|Company|Contractor|Vendor)[\"“”'’]\)"
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|through|across|outside|around|towards|off|past|via)\s\Z", re.IGNORECASE
)
_MOVES_TO = re.compile(
    r"\b(?:go|goes|went|mov\w{1,4}|travel\w{0,4}|walk\w{0,3}|comes?|came|return\w{0,3}|drives?|drove|sail\w{0,3}"
    r"|bus|road|train|ferry|way|flight|fl[ye]w?|march\w{0,3}|trip|journey|transport\w{0,3}|miles|from)\b"
    r"[^.;:\n]{0,30}\b(?:to|from)\s\Z|\bfrom\s\Z",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"\b(?:received|letter|mail|message|quote|ordered|order|invoice|bought|borrowed|heard|apart|different|reply)"
    r"\b[^.;:\n]{0,30}\bfrom\s\Z",
    re.IGNORECASE,
)
_PLACE_AFTER = re.compile(r" (?:lies|is situated|is located|has [\d,]{1,12} inhabitants)\b")
_BETWEEN_PEOPLE = re.compile(r"(?: \([^()\n]{1,40}\))?(?:,? and|,| &|;)\s|(?: \([^()\n]{1,40}\)),? ")


def says_person(text: str, span: Span) -> bool:
    """Return whether the words beside a name say that it is a person's."""
    before = text[max(0, span.start - REACH) : span.start]
    return bool(_PERSON_AFTER.match(text, span.end, span.end + REACH) or _PERSON_BEFORE.search(before))


def says_company(text: str, span: Span) -> bool:
    """Return whether the word before a name says that it is an organisation's."""
    return _COMPANY_BEFORE.search(text[max(0, span.start - REACH) : span.start]) is not None


def says_party(text: str, span: Span) -> bool:
    """Return whether a contract calls the name a party by a word after it."""
    match = _PARTY_AFTER.match(text, span.end, span.end + REACH)
    town = text[max(0, span.start - 2) : span.start] == ", "
    return match is not None and (match["town"] is not None or not town)


def says_place(text: str, span: Span) -> bool:
    """Return whether the words beside a name say that it is a place's."""
    before = text[max(0, span.start - REACH) : span.start]
    if _PLACE_BEFORE.search(before) or _PLACE_AFTER.match(text, span.end, span.end + REACH):
        return True
    return _MOVES_TO.search(before) is not None and _SENT_FROM.search(before) is None


def lists_on(text: str, start: int, end: int) -> bool:
    """Return whether only a comma or "and", and a remark in brackets, stands between two names of a list."""
    return end - start < REACH and _BETWEEN_PEOPLE.fullmatch(text, start, end) is not None
