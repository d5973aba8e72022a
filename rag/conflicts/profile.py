"""The facts of a sentence, parsed once: numbers, dates, names, negations and other words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from citeback.index.search.analyzer import STOP_WORDS, Analyzer
from citeback.index.word_lists import word_groups, word_list
from citeback.rag.checking.claims.facts import Fact, FactIndex, facts, name_variants
from citeback.rag.checking.claims.quantities import Quantity, quantities
from citeback.rag.checking.claims.word_sequence import ClaimText
from citeback.rag.conflicts.day_parts import WEEKDAYS, DayParts, day_parts
from citeback.rag.conflicts.names import NameRun, name_runs, same_stem
from citeback.rag.lists.item import Item
from citeback.rag.lists.names import TITLES, people

_GROUPS = tuple(frozenset(group) for group in word_groups(__package__, "apart.txt"))
_APART = frozenset().union(*_GROUPS)
_ONCE, _ROLES = word_list(__package__, "once.txt"), word_list(__package__, "roles.txt")
_CONNECTIVES = word_list("citeback.rag.checking.claims", "connectives.txt")
_DENIES = frozenset({"not", "no", "never", "none", "neither", "nor", "nobody", "cannot"})
_PARTIAL = frozenset({"most", "some", "several", "few", "many", "half", "certain", "part", "partly"})
_PARTS = word_list(__package__, "denying_nothing.txt")
_NO_NAME = re.compile(
    rf"(?:{'|'.join(WEEKDAYS)})s?(?:['’]s)?|(?:it|that|there|here|he|she|what|who|this|how|where|when|let)['’]s"
    r"|(?:i|we|you|they|he|she|it)['’](?:m|re|ve|ll|d)|[a-z]+n['’]t|(?:dr|mr|mrs|ms|prof|sir)\.?",
    re.IGNORECASE,
)
LONGEST_UN = 6  # letters of a word such as "undone" that may mean nothing without "un"
_FIRST_WORD = re.compile(r"\W*([A-ZÀ-ÖØ-Þ]\w+)")
_LABEL = re.compile(r"[^.:!?]{1,40}:\s")
_STAMP = re.compile(
    r"\b(?:last (?:updated|modified|reviewed|edited|changed)|(?:updated|published|posted) (?:on|at)\b)"
    r"|\A\W{0,4}(?:date|dated|updated|published|posted)\b\s?:?",
    re.IGNORECASE,
)
FEWEST_WORDS = 4  # words that must be left of a sentence without who says so
_CAPITALISED = re.compile(r"(?<![\w'’])[A-ZÀ-ÖØ-Þ][\w’'.&-]*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_DEICTIC = re.compile(
    r"\b(?:so far|to date|currently|at present|now|today|yesterday|tomorrow|tonight|recently|as of"
    r"|(?:this|last|next|past|previous|coming) (?:\w+ )?(?:year|month|week|season|quarter|summer|winter"
    r"|spring|autumn|night|morning|few \w+)"
    r"|(?:during|over|in|for|throughout) the (?:\w+ )?(?:year|month|week|season|quarter|period)"
    r"|year under review|year to date)\b",
    re.IGNORECASE,
)
_INTENDED = re.compile(
    r"\b(?:will|would|plan(?:s|ned|ning)?|propos(?:e[sd]?|al)|expect(?:s|ed|ing)?|intend(?:s|ed)?|hop(?:e[sd]?|ing)"
    r"|should|could|might|may|estimat(?:e[sd]?|ion)|target|goal|aim(?:s|ed)?|forecast|scheduled|want(?:s|ed)?"
    r"|if|unless|whether|rumou?r(?:s|ed)?|alleged(?:ly)?|said to|according to)\b"
)


_SPEAKS = (
    r"(?:says?|said|writes?|wrote|states?|stated|reports?|reported|notes?|noted|claims?|claimed|announced|adds?|added"
    r"|tells?|told|explained|estimates?|believes?|believed|shows?|warned|argued|replied|repl(?:y|ies)|confirm(?:s|ed)?"
    r"|remind(?:s|ed)?|mention(?:s|ed)?|insist(?:s|ed)?|maintain(?:s|ed)?|recall(?:s|ed)?|remark(?:s|ed)?|observed"
    r"|point(?:s|ed)? out|admit(?:s|ted)?|assure[sd]?|informed|according to)"
)
_ATTRIBUTION = re.compile(
    r"\Ait(?:['’]s| is| was| has been) (?:[a-z]+ly )?(?:no (?:secret|wonder|surprise|coincidence)"
    r"|(?:well )?known|true|clear|certain|obvious|a fact|no exaggeration) that\b"
    r"|\A(?:everyone|everybody|people) [^,;:]{0,40}\bknows? that\b|\Ain the words of [^,;:]{1,60},"
    r"|"
    rf"\A[^,;:]{{0,100}}?(?:, [^,;:]{{1,60}} )?\b{_SPEAKS}(?: [\w ]{{1,30}}?)? that\b"
    rf"|\A(?:as|according to)\b[^,;]{{1,80}}(?:\b{_SPEAKS})?,"
    rf"|\A[^,;:]{{1,60}}:(?=\s)"
    rf"|,[”\"’']? (?:as )?(?:[^,;]{{1,60}} )?\b{_SPEAKS}\b[^,;]{{0,80}}[.]?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class StatementProfile:
    """A sentence and what it states; each part is read on first use.

    `text` is the sentence without what only says who says so: "According to the mayor, ...". `proper` holds
    words that are names wherever they stand, at the beginning of a sentence too.
    """

    whole: str
    analyzer: Analyzer
    proper: frozenset[str] = frozenset()

    @cached_property
    def text(self) -> str:
        """Return the sentence; who says so is blanked, so that positions stay."""
        blanked = _ATTRIBUTION.sub(lambda match: " " * len(match[0]), self.whole)
        return blanked if len(_WORD.findall(blanked)) >= FEWEST_WORDS else self.whole

    @cached_property
    def dates(self) -> tuple[DayParts, ...]:
        """Return the dates."""
        return day_parts(self.text)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Return the numbers that are no dates."""
        return tuple(quantities(self.text, self.analyzer, [each.span for each in self.dates]))

    @cached_property
    def names(self) -> tuple[Fact, ...]:
        """Return the names, weekdays left out."""
        named = (fact for fact in facts(self.text, self.analyzer) if fact.kind == "name")
        known = tuple(fact for fact in named if not _NO_NAME.fullmatch(fact.text))
        first = _FIRST_WORD.match(self.text)
        if first is None or first[1] not in self.proper or any(fact.text == first[1] for fact in known):
            return known
        return (Fact(kind="name", text=first[1], keys=frozenset(self.analyzer.terms(first[1]))), *known)

    @cached_property
    def name_runs(self) -> tuple[NameRun, ...]:
        """Return the names of one or several words, in their order."""
        return name_runs(self.text, self.names)

    def is_person(self, name: str) -> bool:
        """Return whether a name is that of a person, by the rules of the list of people."""
        return any(item.value in name or name in item.value for item in self._people)

    @cached_property
    def _people(self) -> tuple[Item, ...]:
        return tuple(people(self.text))

    @cached_property
    def _named(self) -> frozenset[str]:
        """Return the terms of all capitalised words, their variants, and the acronyms."""
        words = (term for word in _CAPITALISED.findall(self.whole) for term in self.analyzer.terms(word))
        known = FactIndex(self.whole, self.analyzer)
        return frozenset(variant for word in words for variant in name_variants(word)) | known.acronyms

    def names_missing_in(self, other: "StatementProfile") -> tuple[NameRun, ...]:
        """Return the names that another sentence has in no form and no spacing, and no one's second name."""
        missing = (run for run in self.name_runs if not other.has_name(run))
        return tuple(run for run in missing if not (self.is_person(run.text) and other.has_surname(run)))

    def has_name(self, run: NameRun) -> bool:
        """Return whether the sentence has a name; as an ordinary word only if it is one word."""
        return all(self._has_word(fact, alone=len(run.words) == 1) for fact in run.words)

    def has_surname(self, run: NameRun) -> bool:
        """Return whether a name may be of a person who is named here: "Dr Holm" and "Ada Holm"."""
        return any(
            mine.words[-1].keys & run.words[-1].keys and not (_first_names(mine) and _first_names(run))
            for mine in self.name_runs
        )

    def _has_word(self, fact: Fact, *, alone: bool) -> bool:
        if fact.keys & (self._named | self.plain if alone else self._named):
            return True
        if any(same_stem(str(key), name) for key in fact.keys for name in self._named):
            return True
        word = fact.text.removesuffix("'s").removesuffix("’s")
        squeezed = "".join(filter(str.isalnum, word.casefold()))
        return squeezed in self.squeezed and (alone or any(map(str.isdigit, squeezed)))

    @cached_property
    def plain(self) -> frozenset[str]:
        """Return all terms of the sentence."""
        return frozenset(self.analyzer.terms(self.whole))

    @cached_property
    def squeezed(self) -> str:
        """Return the letters and digits alone, in lower case: "WASP-96 b" is "wasp96b"."""
        return "".join(filter(str.isalnum, self.whole.casefold()))

    @cached_property
    def sequence(self) -> ClaimText:
        """Return the text as a sequence of words."""
        return ClaimText(self.text, self.analyzer)

    @cached_property
    def lower(self) -> frozenset[str]:
        """Return the words in lower case."""
        return frozenset(word.casefold() for word in _WORD.findall(self.text))

    @cached_property
    def terms(self) -> frozenset[str]:
        """Return the content terms that are neither names nor parts of numbers and dates."""
        return frozenset(self._plain_terms()) - self.name_terms

    @cached_property
    def name_terms(self) -> frozenset[str]:
        """Return the terms of the names."""
        return frozenset(term for fact in self.names for term in self.analyzer.terms(fact.text))

    def terms_of(self, words: str) -> frozenset[str]:
        """Return the terms of some words."""
        return frozenset(self.analyzer.terms(words))

    def _plain_terms(self) -> Iterator[str]:
        covered = [*(each.span for each in self.dates), *(each.span for each in self.quantities)]
        for match in _WORD.finditer(self.text):
            word = match[0].casefold()
            if word in STOP_WORDS or word in _CONNECTIVES:
                continue
            if not any(each.start <= match.start() < each.end for each in covered):
                yield from self.analyzer.terms(word)

    @cached_property
    def negators(self) -> int:
        """Return the number of negations; "not all" and "not only" do not count."""
        words = self.sequence.words
        return sum(
            (word.lower in _DENIES or word.lower.replace("’", "'").endswith("n't"))
            and not (n + 1 < len(words) and words[n + 1].lower in _PARTS)
            for n, word in enumerate(words)
        )

    def undone(self, other: "StatementProfile") -> tuple[str, ...]:
        """Return the words that deny one of the other sentence by their beginning: "unfiltered"."""
        words = (word for word in sorted(self.lower - other.lower) if word.startswith("un"))
        return tuple(
            word
            for word in words
            if len(word) > LONGEST_UN and not other.plain.isdisjoint(self.analyzer.terms(word[2:]))
        )

    @cached_property
    def apart(self) -> dict[int, frozenset[str]]:
        """Return the words that tell one thing from another, by the number of their group."""
        own = self.lower & _APART
        return {n: own & group for n, group in enumerate(_GROUPS) if own & group} if own else {}

    @cached_property
    def labelled(self) -> bool:
        """Return whether the sentence is a value with its label: "Launch date: 2024"."""
        return _LABEL.match(self.whole) is not None

    @cached_property
    def stamp(self) -> bool:
        """Return whether the sentence says when its document was written."""
        return _STAMP.search(self.whole) is not None

    @cached_property
    def once(self) -> bool:
        """Return whether the sentence tells of what happens once to a thing."""
        return not self.lower.isdisjoint(_ONCE)

    @cached_property
    def role(self) -> bool:
        """Return whether the sentence names who or what has a role."""
        return not self.lower.isdisjoint(_ROLES)

    @cached_property
    def partial(self) -> frozenset[str]:
        """Return the words by which the sentence speaks of a part: "most", "several"."""
        return self.lower & _PARTIAL

    @cached_property
    def deictic(self) -> bool:
        """Return whether the sentence is about the time at which it was written."""
        return _DEICTIC.search(self.text) is not None

    @cached_property
    def intended(self) -> bool:
        """Return whether the sentence is about something planned, supposed or reported."""
        return _INTENDED.search(self.text) is not None


def _first_names(run: NameRun) -> list[str]:
    """Return the words of a name before the last, without titles and single letters."""
    words = (fact.text.rstrip(".").casefold() for fact in run.words[:-1])
    return [word for word in words if len(word) > 1 and word not in TITLES]
