"""The columns that a question asks for."""

import re
from collections.abc import Iterator
from functools import cached_property

from citeback.rag.tables.grammar.patterns import (
    ASKED,
    ENDS_NOUN,
    LAST_WORDS,
    MANY,
    ONLY,
    TELLING,
)
from citeback.rag.tables.grammar.reading import Target
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.question_words import VERBS, contains_run
from citeback.rag.tables.table_words import FAR, FAST, LARGE, LONG, MUCH, OLD, TALL, WHEN, WHERE, WHO

_LONGEST_TITLE = 8  # words of a title that a question may say

_ORDER = ("noun", "who", "when", "where", "long", "yearly", "called", "key", "named")
_PLACED = ("where", "when", "yearly")
_QUESTION_WORDS = (
    ("who", WHO, "who"),
    ("whom", WHO, "who"),
    ("when", WHEN, "when"),
    ("where", WHERE, "where"),
    ("long", LONG, "long"),
    ("far", FAR, "long"),
    ("old", OLD, "long"),
    ("tall", TALL, "long"),
    ("large", LARGE, "long"),
    ("big", LARGE, "long"),
    ("fast", FAST, "long"),
    ("much", MUCH, "long"),
)


class QuestionTargets:
    """A question over a table, with the columns it asks for."""

    def __init__(self, mentions: Mentions) -> None:
        self.mentions = mentions
        self.words = mentions.words
        self.table = mentions.table
        self.columns = mentions.table.columns

    @cached_property
    def count_words(self) -> frozenset[int]:
        """Return the words that ask for a count or an amount."""
        return frozenset().union(*(positions for _, positions in self.words.find(MANY)))

    @cached_property
    def noun(self) -> tuple[int, ...]:
        """Return the places of the noun after "which", "how many", "the number of"."""
        line, words = self.words.line, self.words
        many, asked = MANY.search(line), ASKED.search(line)
        if many and not (asked and asked.start("noun") < many.start()):
            start = max(words.positions(many.start(), many.end()), default=-1) + 1
        elif asked:
            start = min(words.positions(asked.start("noun"), asked.end("noun")), default=len(words))
        else:
            return ()
        positions: list[int] = []
        for n in range(start, min(start + 4, len(words))):
            text = words.texts[n]
            if text in ENDS_NOUN or text.isdigit() or (positions and text in VERBS):
                break
            positions.append(n)
        return tuple(positions)

    @cached_property
    def counted_noun(self) -> frozenset[int]:
        """Return the words of the noun that say what a row is: its last one, those of a head or title."""
        known = set(self.mentions.terms(self.table.title)).union(*self.mentions.heads)
        return frozenset(
            n
            for n in self.noun
            if n == self.noun[-1] or set(self.words.words[n].terms) & known or self.words.is_filler(n)
        ) - self.positions_matching(TELLING)

    @cached_property
    def noun_positions(self) -> frozenset[int]:
        """Return the words of the noun that is asked for."""
        return frozenset(self.noun)

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """Return the columns that may be asked for, the likeliest first."""
        found = self._by_noun()
        for each in self._by_question_word():
            found.setdefault(each.column, each)
        if any(t.how == "noun" and t.share == 1.0 for t in found.values()):
            found = {n: t for n, t in found.items() if t.how != "called"}
        if not any(t.how == "noun" for t in found.values()):
            key = self.mentions.key
            found.setdefault(key, Target(column=key, how="key", used=frozenset(self.noun[-1:])))
        for each in self._yearly():
            found.setdefault(each.column, each)
        if self.words.texts[0] in ("where", "when") and any(t.how in _PLACED for t in found.values()):
            found = {n: t for n, t in found.items() if t.how in _PLACED}
        for head in self.mentions.column_mentions:
            if not head.synonym:
                named = Target(column=head.column, how="named", used=head.positions, share=head.share)
                found.setdefault(head.column, named)
        return tuple(sorted(found.values(), key=lambda t: (_ORDER.index(t.how), -t.share)))[:6]

    def _by_noun(self) -> dict[int, Target]:
        """Return the columns that the noun names which is asked for."""
        found: dict[int, Target] = {}
        for each in self.mentions.column_mentions:
            if each.positions & self.noun_positions:
                how = "called" if each.synonym else "noun"
                target = Target(column=each.column, how=how, used=each.positions, share=each.share)
                found.setdefault(each.column, target)
        return found

    def _by_question_word(self) -> Iterator[Target]:
        """Yield the columns that a question word may ask for: who, when, how long."""
        texts = self.words.texts
        for word, stems, how in _QUESTION_WORDS:
            if word in texts[:4] and (how != "long" or "how" in texts[:3]):
                at = frozenset({texts.index(word)})
                for n, head in enumerate(self.mentions.heads):
                    if stems & set(head):
                        yield Target(column=n, how=how, used=at, share=0.5)

    def _yearly(self) -> Iterator[Target]:
        """Yield the columns of years or dates, if a year or a date is asked for."""
        texts = self.words.texts
        for word in ("year", "date", "when"):
            if word not in texts:
                continue
            at = texts.index(word)
            if word == "when" or at in self.noun_positions or texts[:1] == ("what",):
                for n in range(len(self.columns)):
                    if self.mentions.holds_years(n):
                        yield Target(column=n, how="yearly", used=frozenset({at}), share=0.3)

    @cached_property
    def ignorable_words(self) -> frozenset[int]:
        """Return words that speak of the table as such: "only", "in this list", its title."""
        return self._title_words.union(
            *(positions for _, positions in self.words.find(ONLY)),
            *(positions for _, positions in self.words.find(LAST_WORDS)),
        )

    @cached_property
    def _title_words(self) -> frozenset[int]:
        """Return the words that name the table by two words of its title or more: "on invoice 2291"."""
        title, found = self.mentions.terms(self.table.title), frozenset[int]()
        for start, end in self.words.spans(_LONGEST_TITLE):
            ends = start, end - 1
            if (
                end - start < 2
                or any(map(self.words.is_filler, ends))
                or found & frozenset(range(start, end))
            ):
                continue
            if contains_run(title, self.words.terms(start, end)):
                found |= frozenset(range(start, end))
        return found

    def is_ranked(self, column: int) -> bool:
        """Return whether a lower figure of a column is the better one."""
        return bool(
            {"rank", "posit", "place", "po", "pos", "finish", "peak"} & set(self.mentions.heads[column])
        )

    def positions_of(self, word: str) -> frozenset[int]:
        """Return the positions of a word."""
        return frozenset(n for n, text in enumerate(self.words.texts) if text == word)

    def positions_matching(self, pattern: re.Pattern[str]) -> frozenset[int]:
        """Return the words that a pattern matches."""
        return frozenset().union(*(positions for _, positions in self.words.find(pattern)))
