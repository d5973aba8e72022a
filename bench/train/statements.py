"""Synthetic statements of reports, contracts, minutes and manuals, with questions that they (nearly) answer.

A question asks for one fact of one thing. Beside the passage that answers it stand passages with the same
fact of another thing, party, month or person, and passages with other facts of the same thing; of many
questions only these exist. Often the title alone names the thing. The facts are in `statements.json`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench.train.example import Example, Unit, kept_back
from bench.train.phrasing import as_typed
from bench.train.values import VALUES, alike

_OF = re.compile(r" (?:under|in|of|at|for|about|on|from|to) \{s\}")
_PRONOUNS = frozenset(["it", "he", "she"])
_SCOPED = frozenset(["contract", "event", "place", "project", "rule", "report"])
"""Kinds of things that people do not name if one document alone is about them."""


@dataclass(frozen=True, slots=True)
class _Fact:
    """One attribute of a kind of thing, perhaps of one of its parts."""

    name: str
    value: str
    asked: tuple[str, ...]
    stated: tuple[str, ...]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of thing with its facts."""

    name: str
    names: str
    calls: tuple[str, ...]
    titles: tuple[str, ...]
    facts: tuple[_Fact, ...]


@dataclass(frozen=True, slots=True)
class _Stated:
    """A sentence with the place of its value."""

    text: str
    start: int = 0
    end: int = 0
    right: bool = False


def stated(many: int, chance: Random) -> Iterator[Unit]:
    """Yield units: a question with one to four passages."""
    data = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    fillers = data.pop("fillers")
    kinds = [_kind(name, row) for name, row in data.items()]
    for _ in range(many):
        yield _unit(chance.choice(kinds), fillers, chance)


def _kind(name: str, row: Mapping[str, Any]) -> _Kind:
    facts = tuple(
        _Fact(
            name=fact,
            value=given["value"],
            asked=tuple(given["asked"]),
            stated=tuple(given["stated"]),
            parts=tuple(given.get("parts", ())),
        )
        for fact, given in row["facts"].items()
    )
    return _Kind(
        name=name, names=row["names"], calls=tuple(row["calls"]), titles=tuple(row["titles"]), facts=facts
    )


def _unit(kind: _Kind, fillers: Sequence[str], chance: Random) -> Unit:
    own, *others = alike(kind.names, chance.randint(2, 4), chance)
    fact = chance.choice(kind.facts)
    part = chance.choice(fact.parts) if fact.parts else ""
    form = chance.choice(fact.asked)
    bare = kind.name in _SCOPED and chance.random() < 0.2
    if bare:
        form = _OF.sub("", form)
    question = as_typed(form.format(s=own, p=part), chance)
    write = _Writer(kind, fact, part, fillers, chance)
    answered = chance.random() < 0.6
    passages = [
        write.passage(own, others, answers=answered, bare=bare),
        *(
            write.passage(own, [other, *others], answers=False, bare=bare, about=other)
            for other in others[: chance.choice((0, 1, 1, 2, 3))]
        ),
    ]
    return tuple(
        Example(
            kind="question",
            asked=question,
            title=title,
            sentences=tuple(one.text for one in sentences),
            right=(right := tuple(n for n, one in enumerate(sentences) if one.right)),
            answered=int(bool(right)),
            spans=tuple((n, sentences[n].start, sentences[n].end) for n in right),
            source="stated",
            kept_back=kept_back(f"stated:{kind.name}:{fact.name}"),
        )
        for title, sentences in passages
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes passages around one fact."""

    kind: _Kind
    fact: _Fact
    part: str
    fillers: Sequence[str]
    chance: Random

    def passage(
        self, own: str, others: Sequence[str], *, answers: bool, bare: bool, about: str = ""
    ) -> tuple[str, list[_Stated]]:
        """Return a title and sentences about `about` (else `own`), some of them about others."""
        chance, about = self.chance, about or own
        titled = chance.random() < 0.65
        title = (
            chance.choice(self.kind.titles).format(_plain(about))
            if titled
            else chance.choice(("", "Notes", "News"))
        )
        out = [self._other_fact(about, titled) for _ in range(chance.randint(1, 5))]
        if self.fact.parts and chance.random() < 0.75:
            rest = [p for p in self.fact.parts if p != self.part]
            out += [
                self._say(self.fact, p, about, titled)
                for p in chance.sample(rest, chance.randint(1, min(3, len(rest))))
            ]
        if about != own and not bare:
            out.append(self._say(self.fact, self.part, about, titled))
        if not bare and chance.random() < 0.4:
            out += [
                self._say(self.fact, self.part, other, named=False) for other in others[:1] if other != own
            ]
        if answers:
            out.append(self._say(self.fact, self.part, own, titled, right=True))
        out += [_Stated(text) for text in chance.sample(list(self.fillers), chance.choice((0, 0, 1, 2)))]
        chance.shuffle(out)
        return title, out

    def _other_fact(self, about: str, titled: bool) -> _Stated:
        fact = self.chance.choice([one for one in self.kind.facts if one.name != self.fact.name])
        return self._say(fact, self.chance.choice(fact.parts) if fact.parts else "", about, titled)

    def _say(self, fact: _Fact, part: str, about: str, named: bool, right: bool = False) -> _Stated:
        """Return the statement of a fact; without a title that names the thing, the sentence does."""
        chance = self.chance
        form, thing = chance.choice(fact.stated), about
        if named and chance.random() < 0.6:
            thing = chance.choice(self.kind.calls)
        elif not named and "{s}" not in form and "{S}" not in form:
            form = chance.choice(("{S}: ", "On {s}: ", "({s}) ")) + form
        value = VALUES[fact.value](chance)
        object_ = about if thing in _PRONOUNS else thing
        text = form.format(s=object_, S=_upper(thing), p=part, P=_upper(part), v="\0", V="\1")
        start = max(text.find("\0"), text.find("\1"))
        text = text.replace("\0", value).replace("\1", _upper(value))
        return _Stated(text=text[:1].upper() + text[1:], start=start, end=start + len(value), right=right)


def _plain(name: str) -> str:
    return _upper(name.removeprefix("the "))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
