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
COMPARED = re.compile(
    r" (?P<word>more than or equal to|greater than or equal to|no more than|no less than|"
    r"not more than|more than|greater than|higher than|bigger than|"
    r"larger than|longer than|less than|fewer than|lower than|smaller than|shorter than|at least|"
    r"at most|over|above|exceeding|exceeded|"
    r"under|below|exactly|only|after|before|since|prior to|up to|until|through|later than|"
    r"earlier than|better than|beyond) "
    r"(?:the (?:year )?|year )?(?:[$] ?)?(?P<number>\d[\d,]*(?:\.\d+)?(?::\d\d){0,2}|\d{1,3}(?:st|nd|rd|th)|"
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
    r" (?P<number>\d[\d,]*(?:\.\d+)?)(?: \w+)? (?P<turn>or (?:more|higher|greater|above|over)|"
    r"or (?:less|fewer|lower|below)) "
)
BETWEEN = re.compile(
    r" (?:between|from) (?:the years? )?(?P<low>\d[\d,]*(?:\.\d+)?) (?:and|to|through|"
    r"until) (?P<high>\d[\d,]*(?:\.\d+)?) "
)
BY_WORD = {
    **dict.fromkeys(
        (
            "more than",
            "greater than",
            "higher than",
            "bigger than",
            "larger than",
            "longer than",
            "over",
            "above",
            "exceeding",
            "exceeded",
            "after",
            "later than",
            "better than",
            "beyond",
        ),
        Operator.OVER,
    ),
    **dict.fromkeys(
        ("at least", "no less than", "since", "more than or equal to", "greater than or equal to"),
        Operator.LEAST,
    ),
    **dict.fromkeys(
        (
            "less than",
            "fewer than",
            "lower than",
            "smaller than",
            "shorter than",
            "under",
            "below",
            "before",
            "prior to",
            "earlier than",
        ),
        Operator.UNDER,
    ),
    **dict.fromkeys(("at most", "no more than", "not more than", "up to", "until", "through"), Operator.MOST),
    **dict.fromkeys(("exactly", "only"), Operator.EQUALS),
}
TIMELY = frozenset({"after", "before", "since", "prior to", "until", "through", "later than", "earlier than"})
NOT = re.compile(
    r" (?:(?:other|rather) than|besides|except(?: for)?|excluding|apart from|aside from|not|never|"
    r"n't|didn't|wasn't|don't|isn't|without|in addition to|along with) "
)
SAME = re.compile(r" (?:the )?(?:exact )?(?:same|identical|equal) ")
TOTAL = re.compile(r" (?:in total|total|combined|altogether|all together|sum|in all|overall|cumulative|all) ")
AVERAGE = re.compile(r" (?:average|mean|on average) ")
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
