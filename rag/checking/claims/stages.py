"""Detects figures that a claim reports as granted or paid and a source only as asked for or estimated.

"The club asked for £9,000. The council awarded £6,500." does not say that £9,000 was awarded.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citeback.index.languages import ENGLISH
from citeback.index.search.analyzer import Analyzer
from citeback.index.word_lists import word_groups
from citeback.rag.checking.claims.local_numbers import local_numbers
from citeback.rag.checking.claims.numerals import Numeral

_STAGES = {word: stage for stage, *words in word_groups(__package__, "stages.txt") for word in words}
_WORD = re.compile(r"[^\W\d_]+")
_DIVIDED = re.compile(r"[;:.!?,](?=\s|$)|\s(?=(?:and|but|although|though|while|whereas|which|who|that)\s)")
_BEFORE_NOUN = frozenset(["the", "a", "an", "its", "their", "his", "her", "our", "this", "that", "any"])
_NEGATORS = frozenset(["not", "never", "no", "nor"])
_CURRENCIES = ("£", "$", "€", "¥")
_AFTER = re.compile(r"\s?([^\W\d_]+|%)")
SETTLED = "settled"
_YEARS = range(1500, 2100)


@dataclass(frozen=True, slots=True)
class StagedFigure:
    """A figure with the stage that its clause reports, "" if none, and the verb that tells it.

    `unit` is the sign of a currency before it or the word after it, or "".
    """

    text: str
    value: float
    unit: str
    stage: str
    verb: str


@dataclass(frozen=True, slots=True)
class OtherStage:
    """A figure that the claim gives for one stage, and the source only for another.

    `instead` is the figure that the source gives for the stage of the claim, or "".
    """

    figure: str
    verb: str
    instead: str

    @property
    def reason(self) -> str:
        """Return what speaks against the claim."""
        return f"the source has “{self.figure}” as “{self.verb}”"


def other_stages(claim: str, source: Sequence[str], analyzer: Analyzer) -> Iterator[OtherStage]:
    """Yield each figure of a claim that the source reports of another stage alone.

    >>> text = ["The club asked for £9,000.", "The council awarded £6,500."]
    >>> [each.instead for each in other_stages("The club was awarded £9,000.", text, Analyzer())]
    ['6,500']
    >>> list(other_stages("The club was awarded £6,500.", text, Analyzer()))
    []
    """
    if analyzer.language != ENGLISH:
        return
    mine = [each for each in staged_figures(claim) if each.stage]
    theirs = [each for sentence in source for each in staged_figures(sentence)] if mine else []
    by_value, by_unit = dict[float, list[StagedFigure]](), dict[str, list[StagedFigure]]()
    for figure in theirs:
        by_value.setdefault(figure.value, []).append(figure)
        if figure.stage == SETTLED:
            by_unit.setdefault(figure.unit, []).append(figure)
    settled_alone = any(_settles_without_figure(sentence) for sentence in source) if theirs else False
    for each in mine:
        same = by_value.get(each.value, [])
        if each.stage != SETTLED or settled_alone or not same or any(f.stage in ("", SETTLED) for f in same):
            continue
        # None of them has the value of the claim: that is of another stage.
        instead = [*by_unit.get(each.unit, [])[:1], *by_unit.get("", [])[:1]]
        yield OtherStage(figure=each.text, verb=same[0].verb, instead=instead[0].text if instead else "")


def staged_figures(sentence: str) -> Iterator[StagedFigure]:
    """Yield the figures of a sentence, with the verb of a stage in their clause, or in the one before."""
    last = ("", "")
    for start, end in _clauses(sentence):
        clause = sentence[start:end]
        verbs = list(_verbs(clause))
        stages = {stage for _, stage in verbs}
        if verbs:
            last = (verbs[0][1], verbs[0][0]) if len(stages) == 1 else ("", "")
        for number in local_numbers(clause, ENGLISH):
            if not (number.value in _YEARS and "," not in number.text):
                stage, verb = last
                unit = _unit(clause, number)
                yield StagedFigure(text=number.text, value=number.value, unit=unit, stage=stage, verb=verb)


def _unit(clause: str, number: Numeral) -> str:
    before = clause[number.start - 1] if number.start else ""
    after = _AFTER.match(clause, number.start + len(number.text))
    return before if before in _CURRENCIES else after[1].casefold() if after else ""


def _clauses(sentence: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _DIVIDED.finditer(sentence):
        yield start, match.start()
        start = match.end()
    yield start, len(sentence)


def _verbs(clause: str) -> Iterator[tuple[str, str]]:
    """Yield each verb of a stage in a clause with its stage; "the estimated cost" has none."""
    words = [match[0] for match in _WORD.finditer(clause)]
    for before, word in zip(["", *words], words, strict=False):
        stage = _STAGES.get(word.casefold(), "")
        if stage and before.casefold() not in _BEFORE_NOUN:
            yield word, stage


def _settles_without_figure(sentence: str) -> bool:
    """Return whether a clause without a figure tells that something was settled: "and this was paid"."""
    for start, end in _clauses(sentence):
        clause = sentence[start:end]
        if any(True for _ in local_numbers(clause, ENGLISH)):
            continue
        words = {match[0].casefold() for match in _WORD.finditer(clause)}
        if not words & _NEGATORS and any(stage == SETTLED for _, stage in _verbs(clause)):
            return True
    return False
