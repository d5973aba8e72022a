"""Words that ask for an operation, by kind; features record which of them a reading follows."""

import re
from collections.abc import Mapping

from citeback.rag.tables.question_words import QuestionWords

_PATTERNS = {
    "how many": "how many|number of|how often|amount of|count of|number times|total of how",
    "how much": "how much",
    "total": "total|totals|in total|combined|altogether|all together|sum|in all|overall|"
    "together|collectively",
    "average": "average|mean|on average",
    "difference": "difference|differ|gap|margin|how many more|how much more|"
    "how many fewer|how many less|how much less|"
    "how much longer|how much higher|how many years|how many points more",
    "high": "most|highest|largest|greatest|biggest|maximum|max|longest|tallest|heaviest|deepest|widest|"
    "strongest|farthest|furthest|latest|newest|oldest|slowest|steepest|richest|\\w+iest",
    "low": "least|fewest|lowest|smallest|shortest|minimum|min|worst|earliest|lightest|"
    "cheapest|youngest|fastest|"
    "quickest|closest|nearest|weakest",
    "best": "best|top|leading|worst|bottom",
    "more": "more|higher|larger|longer|greater|bigger|better|later|taller|older|slower|heavier|farther",
    "less": "less|fewer|lower|smaller|shorter|worse|earlier|newer|younger|faster|lighter",
    "first": "first|initial|1st|initially|earliest|original|debut|start|begin|started",
    "last": "last|final|latest|most recent|most recently|recent|finally|ending|end|bottom",
    "ordinal": "second|third|fourth|fifth|2nd|3rd|4th|5th|runner up",
    "next": "after|next|following|follows|followed|below|under|underneath|beneath|"
    "subsequent|succeeded|successor",
    "before": "before|previous|previously|above|prior|preceding|preceded|precedes|predecessor",
    "same": "same|equal|equally|tied|tie|identical|also|shared|share|shares|similar",
    "not": "not|n't|never|without|no|none|didn't|don't|doesn't|wasn't|isn't|weren't|"
    "aren't|other than|besides|except|"
    "excluding|apart|aside|rather than|failed",
    "other": "other|others|another|else|besides",
    "or": "or",
    "and": "and|both",
    "than": "than",
    "bound": "at least|at most|more than|less than|over|under|above|below|between|"
    "exactly|fewer than|greater than|"
    "no more than|or more|or less|up to|exceeding|exceed",
    "often": "often|frequent|frequently|times|common|commonly|recurring|appears|appear|listed",
    "different": "different|unique|distinct|separate|various",
    "only": "only|just|sole|solely",
    "each": "each|every|per|all|any",
    "consecutive": "consecutive|consecutively|in a row|straight|streak",
    "duration": "how long|how old|what age|how many years|how many days|how many months|age|years old",
    "share": "percent|percentage|%|proportion|ratio|share of",
    "chart": "chart|charts|spot|peak|peaked|position|rank|ranked|ranking",
    "ahead": "ahead|behind|beat|beaten|won by|lost by|win by",
    "row": "row|listed|list|table|chart",
    "score": "score|scored|scores|scoring|goals|points|runs",
    "margin": "margin|difference|win by|won by|lost by|lose by|beat by|beaten by|ahead by",
    "against": "allowed|allow|conceded|against|gave up|given up|opponent|opponents|opposing",
    "time": "when|year|date|month|day|season|time|years|dates|decade|century",
    "top some": "top (?:two|three|four|five|six|ten|\\d+)|first (?:two|three|four|five|six|ten|\\d+)|"
    "last (?:two|three|four|five|six|ten|\\d+)",
}
_TRIGGERS = {name: re.compile(f" (?:{pattern}) ") for name, pattern in _PATTERNS.items()}
_ASKING = (
    ("how many", re.compile(r" how many | (?:the|total|what) number of | number of times | count ")),
    ("how much", re.compile(r" how much | amount of ")),
    ("how long", re.compile(r" how (?:long|old|far|tall|high|big|large|fast|wide|deep|often) ")),
    ("who", re.compile(r" (?:who|whom|whose|who's) ")),
    (
        "when",
        re.compile(
            r" when | (?:what|which|in what|in which) (?:\w+ )?(?:year|date|day|"
            r"month|season|time) "
        ),
    ),
    ("where", re.compile(r" where | (?:what|which) (?:location|place|city|country|venue|site) ")),
    ("which", re.compile(r" which ")),
    ("what", re.compile(r" (?:what|what's) ")),
    ("whether", re.compile(r"^ (?:did|does|do|is|are|was|were|has|have|had|can) ")),
    ("name", re.compile(r" (?:name|list|give|tell|find) ")),
)


def triggers(words: QuestionWords) -> Mapping[str, frozenset[int]]:
    """Return the kinds of words in a question, with their positions."""
    found = {
        name: frozenset().union(*(positions for _, positions in words.find(pattern)))
        for name, pattern in _TRIGGERS.items()
    }
    return {name: positions for name, positions in found.items() if positions}


def asking(words: QuestionWords) -> str:
    """Return how a question asks: the first kind whose words it has."""
    whether = words.texts[:1] and _ASKING[8][1].search(words.line)
    if whether:
        return "whether"
    return next((name for name, pattern in _ASKING if pattern.search(words.line)), "otherwise")
