"""Patterns of questions, for `QuestionWords.line`: words between blanks."""

import re

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.plan import Operator

NUMBERED = (Kind.NUMBER, Kind.PERCENT, Kind.DURATION, Kind.DATE)
MANY = re.compile(
    r" (?:how many(?: times| different| more| total)?|(?:what (?:is|was|are|"
    r"were) )?(?:the )?(?:total )?(?:number|amount|count) of(?: times| different)?|how often|"
    r"how much|total (?:number|amount) of|count) "
)
HIGH = (
    "most|highest|largest|greatest|biggest|maximum|max|top|longest|tallest|best|heaviest|"
    "deepest|widest|latest|newest|youngest|slowest|oldest|fastest|closest|farthest|quickest|busiest"
)
LOW = "least|fewest|lowest|smallest|shortest|minimum|min|worst|earliest|lightest|cheapest"
SUPER = re.compile(rf" (?P<word>{HIGH}|{LOW}) ")
LESS = frozenset(LOW.split("|")) | {"oldest", "fastest", "quickest"}
FIRST = re.compile(
    r" (?P<word>first|last|final|initial|top|bottom|second|third|earliest|latest|most recent)(?: ever)? "
)
NEXT = re.compile(
    r" (?:(?:is|was|were|are|came|comes|come|listed|directly|right|immediately|just|next|ranked|"
    r"finish|finished|won|in line|placed) )*"
    r"(?P<word>after|before|above|below|following|follows|followed|previous to|previous|prior to|"
    r"preceding|precedes|preceded|next|under|underneath) "
)
BACK = frozenset(
    {"before", "above", "previous to", "previous", "prior to", "preceding", "precedes", "preceded"}
)
_UP = (
    "greater|higher|bigger|larger|longer|heavier|taller|older|deeper|wider|broader|dearer|pricier|costlier"
    "|more expensive|faster|quicker|further|farther|hotter|warmer|newer"
)
_DOWN = (
    "fewer|lower|smaller|shorter|lighter|younger|shallower|narrower|cheaper|less expensive|slower"
    "|colder|cooler"
)
_OVER = ("more than", *(f"{word} than" for word in _UP.split("|")))
_UNDER = ("less than", *(f"{word} than" for word in _DOWN.split("|")))
COMPARED = re.compile(
    r" (?P<word>more than or equal to|greater than or equal to|no less than|not less than|"
    rf"(?:no|not) (?:more|{_UP}) than|(?:no|not) (?:{_DOWN}) than|more than|less than|(?:{_UP}|{_DOWN}) than|"
    r"at least|at most|over|above|exceeding|exceeded|"
    r"under|below|exactly|only|after|before|since|prior to|up to|until|through|later than|"
    r"earlier than|better than|beyond) "
    r"(?:the (?:year )?|year )?(?:[$€£] ?)?"
    r"(?P<number>\d[\d,]*(?:\.\d+)?(?::\d\d){0,2}|\d{1,3}(?:st|nd|rd|th)|"
    r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?: %|"
    r" percent)?(?: (?P<unit>minutes?|mins?|hours?|seconds?|pm|am|p m|a m|million|thousand|billion))?"
    r"(?: (?P<turn>or (?:more|higher|greater|above|better|later|over)|or (?:less|fewer|"
    r"lower|below|earlier|under)))? "
)
ORDINALS = {
    name: n
    for n, name in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"],
        start=1,
    )
}
UNITS = {
    "minute": 60,
    "min": 60,
    "hour": 3600,
    "second": 1,
    "million": 1_000_000,
    "thousand": 1000,
    "billion": 1_000_000_000,
}
EITHER = re.compile(
    r" (?P<number>\d[\d,]*(?:\.\d+)?)(?: \w+)? (?P<turn>or (?:more|higher|greater|above|over|longer|heavier|"
    r"older)|or (?:less|fewer|lower|below|shorter|lighter|younger)) "
)
BETWEEN = re.compile(
    r" (?P<start>(?:between|from) )?(?:the )?(?:years? )?(?:[$€£] )?(?P<low>\d[\d,]*(?:\.\d+)?) "
    r"(?(start)(?:(?:and|to|through|until|till) )?|(?:to|through|until|till) )(?:[$€£] )?"
    r"(?P<high>\d[\d,]*(?:\.\d+)?) "
)
BY_WORD = {
    **dict.fromkeys((*_OVER, "over", "above", "exceeding", "exceeded", "after"), Operator.OVER),
    **dict.fromkeys(("later than", "better than", "beyond"), Operator.OVER),
    **dict.fromkeys(
        ("at least", "no less than", "not less than", "since", "more than or equal to"), Operator.LEAST
    ),
    **dict.fromkeys(
        ("greater than or equal to", *(f"{no} {w}" for no in ("no", "not") for w in _UNDER)), Operator.LEAST
    ),
    **dict.fromkeys((*_UNDER, "under", "below", "before", "prior to", "earlier than"), Operator.UNDER),
    **dict.fromkeys(("at most", *(f"{no} {w}" for no in ("no", "not") for w in _OVER)), Operator.MOST),
    **dict.fromkeys(("up to", "until", "through"), Operator.MOST),
    **dict.fromkeys(("exactly", "only"), Operator.EQUALS),
}
OLDER = frozenset({"older than", "no older than", "not older than"})
"""Comparisons by which an earlier year is more."""
SWIFT = frozenset({"faster than", "quicker than", "slower than"})
"""Comparisons by which a lower duration is more."""
TIMELY = frozenset({"after", "before", "since", "prior to", "until", "through", "later than", "earlier than"})
NOT = re.compile(
    r" (?:(?:other|rather) than|besides|except(?: for)?|excluding|apart from|aside from|not|never|"
    r"n't|didn't|wasn't|don't|isn't|without|in addition to|along with) "
)
SAME = re.compile(r" (?:the )?(?:exact )?(?:same|identical|equal) ")
TOTAL = re.compile(r" (?:in total|total|combined|altogether|all together|sum|in all|overall|cumulative|all) ")
AVERAGE = re.compile(r" (?:average|mean|on average) ")
CHANGED = re.compile(
    r" (?P<word>rise|rises|rose|risen|grow|grows|grew|grown|climb|climbed|increase|increased|increases|growth"
    r"|go up|went up|gone up|change|changed|fall|falls|fell|fallen|drop|dropped|drops|decrease|decreased"
    r"|decreases|decline|declined|declines|shrink|shrank|shrunk|go down|went down|gone down|reduction) "
)
LOWERED = re.compile(r"fall|fell|drop|decrease|decline|shr|go down|went down|gone down|reduction")
BY_HOW_MUCH = re.compile(r" (?:by )?(?:how (?:much|many)|what(?: \w+){0,3} amount|what) ")
DIFFERENCE = re.compile(
    r" (?:difference|how (?:many|much) (?:more|fewer|less|additional|longer|larger|higher|bigger|"
    r"greater)|differ) "
)
MORE = re.compile(
    r" (?P<word>more|most|higher|highest|larger|largest|longer|longest|greater|bigger|biggest|"
    r"better|best|less|fewer|least|fewest|lower|lowest|smaller|smallest|shorter|"
    r"shortest|earlier|earliest|first|later|latest|last|taller|older|newer|faster|fastest|slower|"
    r"slowest|before|after|heavier) "
)
LASTING = frozenset({"longer", "longest", "shorter", "shortest"})
FEWER = frozenset(
    [
        "less",
        "fewer",
        "least",
        "fewest",
        "lower",
        "lowest",
        "smaller",
        "smallest",
        "shorter",
        "shortest",
        "earlier",
        "earliest",
        "first",
        "before",
        "older",
        "faster",
        "fastest",
    ]
)
OFTEN = re.compile(
    r" (?:the )?(?:most|least|more|fewest)(?: (?:often|frequent|frequently|times|common|commonly|"
    r"recurring|popular|appearances|number of times|amount of times))? "
)
HOW = re.compile(
    r" (?P<more>more|larger|greater|higher|bigger|longer) or (?P<less>less|fewer|smaller|lower|"
    r"shorter)(?: \w+){0,4}? than "
)
LACKS = re.compile(
    r" (?:no|without|lack|lacks|lacking|not have|didn't have|don't have|doesn't have|did not have|"
    r"not receive|n't|missing) "
)
HAS = re.compile(r" (?:have|had|has|with|received|got) ")
YES_NO = re.compile(r"^ (?:did|does|do|is|are|was|were|has|have|had|can) ")
TELLING = re.compile(
    r" (?:consecutive|straight|ahead|behind|other|another|first|last|same|only|more|less|fewer|single|both"
    r"|each|average|difference|not|never) "
)
ONLY = re.compile(r" only ")
LAST_WORDS = re.compile(
    r" (?:on|in|of|at|from|for|according to) (?:the|this|that) (?:list|table|chart|"
    r"top of the list|bottom of the list|listing|season|tables|charts|page|data|top|bottom) |"
    r" listed | (?:on|in) (?:the|this) (?:chart|table|list) "
)
ASKED = re.compile(
    r" (?:which|what|whose|what's|who's|name|list|tell me|give me|give|in which|in what|"
    r"find)(?: (?:is|was|are|were))?(?: (?:the|a|an|all|one|only|other|another))*"
    r"(?: (?:first|last|total|name|names|title|titles|number|top|bottom|next|previous|same|"
    r"different|final)(?: of)?(?: (?:the|a|each|all))?)*"
    r"(?P<noun>(?: \w+){1,3})"
)
ENDS_NOUN = frozenset(
    [
        "is",
        "was",
        "were",
        "are",
        "has",
        "have",
        "had",
        "did",
        "does",
        "do",
        "won",
        "in",
        "on",
        "at",
        "with",
        "for",
        "from",
        "by",
        "that",
        "who",
        "which",
        "to",
        "came",
        "comes",
        "come",
        "listed",
        "scored",
        "of",
        "after",
        "before",
        "the",
        "received",
        "held",
        "took",
        "finished",
        "played",
        "made",
        "can",
        "will",
        "would",
        "and",
        "or",
        "appears",
        "appear",
        "earned",
        "produced",
        "got",
        "gets",
        "ranked",
        "achieved",
        "hold",
        "holds",
        "took",
        "take",
        "takes",
        "make",
        "makes",
        "only",
        "not",
        "most",
        "least",
        "had's",
        "directly",
        "next",
        "first",
        "last",
        "between",
        "during",
        "while",
        "when",
        "where",
        "there",
        "as",
        "ended",
        "started",
        "served",
        "been",
    ]
)
APPEARS_MOST = re.compile(
    r" (?:appears?|listed|occurs?|occurred|used|represented|featured|won|has|have|had|with|hosted) "
    r"(?:the )?(?:most|least)"
)
