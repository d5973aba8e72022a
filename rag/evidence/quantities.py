"""What a sentence must hold to answer "how tall", "how many", "when", "which year" or "what is the email of".

Only unambiguous kinds of question are listed; any other question demands nothing. In training data, right
sentences lack what is demanded of them in 0.4 to 4 of 100 cases, others in 17 to 75 (bench/LOG.md).
"""

import re
from dataclasses import dataclass

_FIGURE = (
    r"(?:\d[\d,.]{0,30}|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|"
    r"forty|fifty|sixty|seventy|eighty|ninety|half|quarter|dozen|few|several|hundreds?|thousands?|millions?|"
    r"billions?|an?)\b)"
)
_SCALE = r"(?:[\s-](?:hundred|thousand|million|billion|trillion|half|and a half))*"
_LENGTH = (
    r"(?:millimet(?:er|re)s?|centimet(?:er|re)s?|kilomet(?:er|re)s?|met(?:er|re)s?|mm|cm|dm|km|m|inch(?:es)?|in|feet|"
    r"foot|ft|yards?|yd|miles?|mi|nautical miles?|fathoms?|cubits?|leagues?|furlongs?|hands?|storeys?|stories"
    r"|floors?|light[- ]years?)"
)
_WEIGHT = (
    r"(?:milligrams?|grams?|grammes?|kilograms?|kilos?|tons?|tonnes?|mg|g|kg|t|pounds?|lbs?|ounces?|oz|stone)"
)
_MONEY = (
    r"(?:[$€£¥₹]|US\$|\b(?:USD|EUR|GBP|CHF|JPY)\b|\b(?:dollars?|euros?|pounds?|cents?|pence|francs?|yen|rupees?|"
    r"crowns?|kron(?:er|or|a)|roubles?|rubles?)\b)"
)
_QUANTITY = r"{figure}{scale}[\s-]*{unit}\b|\d\s*['′’\"″]"


def _of(unit: str) -> re.Pattern[str]:
    return re.compile(_QUANTITY.format(figure=_FIGURE, scale=_SCALE, unit=unit), re.IGNORECASE)


_YEAR = re.compile(
    r"\b(?:1\d{3}|20\d{2})s?\b|\b\d{1,4} (?:BC|AD|BCE|CE)\b|\byears? (?:ago|earlier|later|before|after)\b"
)
_PRICE = re.compile(
    rf"{_MONEY}|\bfree\b|\bno (?:charge|fee|cost)|\b(?:EUR|USD)\b|\b(?:m|bn)\b", re.IGNORECASE
)

_NAME = re.compile(
    r"[\w,;:’'\")\]–—-]\s+[“\"*_]*(?!I\b)[^\W\d_]*[A-ZÀ-ÖØ-Þ]|[“\"«]"
    r"|\A\W*(?!Wh|How|It|This|That|The|There)[A-ZÀ-ÖØ-Þ][\w’'-]*(?:,| (?:is|was|are)\b)"
)
_WHAT_IS = r"\bwhat(?:'s|’s| is| was| are| were) "
_WHOSE = r"(?:the|his|her|its|their|my|our|your|(?:[\w.-]{1,30} ){0,2}[\w.-]{1,30}['’]s?) (?:\w{1,30} ){0,2}"
_REQUIRED_OF_ROWS = (
    (re.compile(rf"{_WHAT_IS}{_WHOSE}e-?mail(?: address(?:es)?)?\b", re.IGNORECASE), re.compile("@")),
    (
        re.compile(rf"{_WHAT_IS}{_WHOSE}(?:(?:tele)?phone|fax|mobile)(?: numbers?)?\b", re.IGNORECASE),
        re.compile(r"\d[\d\s()/.-]{3,}\d"),
    ),
    (
        re.compile(rf"{_WHAT_IS}{_WHOSE}(?:web ?(?:site|address|page)|url|home ?page)\b", re.IGNORECASE),
        re.compile(r"https?://|www\.|\w\.[a-z]{2,}", re.IGNORECASE),
    ),
    (
        re.compile(
            rf"{_WHAT_IS}{_WHOSE}(?:salary|salaries|wages?|price|fees?|rent|deposit|fare|cost)s?\b",
            re.IGNORECASE,
        ),
        re.compile(rf"{_PRICE.pattern}|(?<![\w-])(?!(?:19|20)\d\d\b)\d[,.]?\d[,.]?\d", re.IGNORECASE),
    ),
    (re.compile(rf"{_WHAT_IS}the (?:\w+ )?names? of\b", re.IGNORECASE), _NAME),
)
_NUMBER_WORD = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,6}teen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|once|twice|half|double|triple|quarter)\b"
)
_COUNT = re.compile(
    rf"{_NUMBER_WORD}|\b(?:both|none|no|nobody|several|few|many|single|couple|pair|an?|only|never|all|most|each|every|first"
    r"|last|zero|another|unknown)\b|(?:[,;][^,;]{1,60}){2}",
    re.IGNORECASE,
)
_AMOUNT = re.compile(rf"{_PRICE.pattern}|{_NUMBER_WORD}|\bnothing\b", re.IGNORECASE)
_AGE = re.compile(rf"{_NUMBER_WORD}|\b(?:age[ds]?|old(?:er|est)?|born|century|centuries)\b", re.IGNORECASE)
_TIME_UNITS = r"seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|century|centuries"
_DURATION = re.compile(
    rf"{_NUMBER_WORD}|\b(?:{_TIME_UNITS}|millennia|until|till|since|from|through(?:out)?|long|short|forever"
    r"|permanent(?:ly)?|indefinite(?:ly)?|always|never|life|lifetime|lifelong|overnight|brief(?:ly)?|season|while|during"
    r"|generations?|feet|foot|miles?|km|met(?:re|er)s?|inch(?:es)?)\b",
    re.IGNORECASE,
)
_MONTHS_AND_DAYS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
)
_TIME = re.compile(
    rf"\d|\b(?:{_MONTHS_AND_DAYS}|{_TIME_UNITS}|today|tomorrow|yesterday|tonight|never|always|when|whenever|while|after"
    r"|before|during|since|until|till|ago|later|earlier|soon|once|early|late|latter|mid|daily|annual(?:ly)?|yearly"
    r"|monthly|weekly|mornings?|evenings?|afternoons?|noon|midnight|spring|summer|autumn|winter|age|eras?|period"
    r"|times?|recently|currently|christmas|easter|upon|if|as soon as|prior|following|war|reign|birth|death"
    r"|season|episode|first|last|next|at present|modern|ancient|prehistoric|beginning|end)\b",
    re.IGNORECASE,
)
_DATE = re.compile(rf"\b(?:1\d{{3}}|20\d{{2}})\b|\b(?:{_MONTHS_AND_DAYS})\b", re.IGNORECASE)
_MONEY_VERBS = (
    r"(?:cost|earn|gross|pay|raise|charge|spend|bid|offer|receive|owe|donate|give|award|grant|contribute|fetch"
    r"|sell for|bring in|invest|budget|claim|save)"
)
_REQUIRED = (
    (
        re.compile(
            r"\bhow (?:tall|wide|deep|thick)\b|\bhow far (?:is|are|was|from|away)\b",
            re.IGNORECASE,
        ),
        _of(_LENGTH),
    ),
    (
        re.compile(r"\bhow heavy\b|\bhow much (?:do|does|did) .{1,80}\bweigh\b|\bweight of\b", re.IGNORECASE),
        _of(_WEIGHT),
    ),
    (
        re.compile(
            r"\bhow much (?:is|was|are|were|will) the (?:\w+ ){0,3}"
            r"(?:fee|price|fare|ticket|rent|fine|cost|salary)s?\b"
            r"|\bhow much (?:do|does|did|will|would) .{1,80}\b(?:cost|earn|gross|pay)\b",
            re.IGNORECASE,
        ),
        _PRICE,
    ),
    (
        re.compile(
            r"\bhow much money\b"
            rf"|\bhow much (?:do|does|did|will|would|has|have|had) .{{1,80}}\b{_MONEY_VERBS}(?:e?d)?\b"
            r"|\bwhat (?:do|does|did|will|would) .{1,80}\b(?:cost|charge)\b",
            re.IGNORECASE,
        ),
        _AMOUNT,
    ),
    (re.compile(r"\bhow old\b", re.IGNORECASE), _AGE),
    (re.compile(r"\bhow long\b", re.IGNORECASE), _DURATION),
    (re.compile(r"\A\W*how many\b(?! of)", re.IGNORECASE), _COUNT),
    (re.compile(r"\A\W*when (?:is|are|was|were|do|does|did|will|has|had)\b", re.IGNORECASE), _TIME),
    (re.compile(r"\b(?:which|what) year\b", re.IGNORECASE), _YEAR),
)


@dataclass(frozen=True, slots=True)
class RequiredContent:
    """The pattern that an answer must match; a row of a table need not if its units are in the head.

    `above` is what also answers if it stands above the sentence, as a date in a heading does.
    """

    pattern: re.Pattern[str]
    of_rows: bool
    above: re.Pattern[str] | None = None

    def fits(self, text: str, context: str = "") -> bool:
        """Return whether a text below a context may be the answer."""
        return (
            self.pattern.search(text) is not None
            or (not self.of_rows and _is_row(text))
            or (self.above is not None and self.above.search(context) is not None)
        )


def required_content(question: str) -> RequiredContent | None:
    """Return what an answer to the question must hold, or None if nothing certain can be told.

    >>> required_content("How tall is the tower?").fits("It is 42 m high.")
    True
    """
    for known, of_rows in ((_REQUIRED_OF_ROWS, True), (_REQUIRED, False)):
        for asked, pattern in known:
            if asked.search(question):
                above = _DATE if pattern is _TIME else None
                return RequiredContent(pattern=pattern, of_rows=of_rows, above=above)
    return None


def _is_row(text: str) -> bool:
    """Return whether a text is a table row, whose units are in the header."""
    return ("|" in text or "\t" in text) and any(map(str.isdigit, text))
