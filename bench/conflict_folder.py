"""A folder of documents with planted conflicts, and with much that looks like one and is none.

Each document is about a place of a made-up coast. What is said of a place (its length, its director, whether
dogs are allowed) is said in several documents, in other words and with the same meaning. Of some facts, one
document says something else: a planted conflict. Figures of other years, other places, ranges, rounded
figures and reports of one year after another differ as well, and are no conflicts.
"""

import json
from calendar import month_name
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

FACTS = json.loads(Path(__file__).with_name("conflict_facts.json").read_text(encoding="utf-8"))
FACTS["fresh"] = json.loads(Path(__file__).with_name("fresh_facts.json").read_text(encoding="utf-8"))
UNSEEN = json.loads(Path(__file__).with_name("unseen_facts.json").read_text(encoding="utf-8"))
FACTS |= {split: UNSEEN[split] for split in ("unseen", "unseen2")}
for _part in ("frames", "lookalikes"):
    FACTS[_part] |= {"unseen": UNSEEN[_part], "unseen2": UNSEEN[_part + "2"]}
MONTHS = [name for name in month_name if name]
FRAMED = 0.15  # share of sentences that also name another person, place or year
YEARS = range(2016, 2025)


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A fact of a place: what is said of it, in several wordings, and what a planted conflict says."""

    key: str
    kind: str
    place: str
    said: tuple[str, ...]
    denied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MadeFolder:
    """Documents by name; `statements` maps each sentence to the fact and the side that it states."""

    documents: Mapping[str, str]
    statements: Mapping[str, tuple[str, bool]]
    planted: Mapping[str, str]


def facts_of(split: str, draw: Random) -> Iterator[tuple[str, str, list[StatedFact]]]:
    """Yield each place with its topic and its facts, their values drawn."""
    for topic, known in FACTS[split].items():
        for place in known["names"]:
            facts = [_fact(place, n, each, draw) for n, each in enumerate(known["facts"])]
            yield topic, place, facts


def _fact(place: str, n: int, known: Mapping[str, Any], draw: Random) -> StatedFact:
    if "pairs" in known:
        one, other = [pair[0] for pair in known["pairs"]], [pair[1] for pair in known["pairs"]]
    elif "deny" in known:
        one, other = known["say"], known["deny"]
    else:
        values = [_value(known, draw), _value(known, draw)]
        while values[0] == values[1]:
            values[1] = _value(known, draw)
        one, other = ([say.replace("{v}", value) for say in known["say"]] for value in values)
    turned = draw.random() < 0.5 and known["kind"] in ("negation", "opposite")
    said, denied = (other, one) if turned else (one, other)
    filled = [tuple(text.replace("{e}", place) for text in side) for side in (said, denied)]
    return StatedFact(f"{place}/{n}", known["kind"], place, *filled)


def _value(known: Mapping[str, Any], draw: Random) -> str:
    if "range" in known:
        return f"{draw.randint(*known['range']):,}"
    if "years" in known:
        return str(draw.randint(*known["years"]))
    if "days" in known:
        return f"{draw.randint(1, 28)} {draw.choice(MONTHS)} {draw.randint(*known['days'])}"
    return str(draw.choice(FACTS[known["pool"]]))


@dataclass(slots=True)
class FolderMaker:
    """Makes one folder; `split` says of which topics."""

    split: str
    draw: Random
    documents: dict[str, list[str]]
    statements: dict[str, tuple[str, bool]]

    @property
    def _other(self) -> str:
        """Return whose frames and look-alikes are used."""
        return self.split if self.split in FACTS["frames"] else "test"

    def make(self, documents: int, planted: int) -> MadeFolder:
        """Return a folder of so many documents with so many planted conflicts."""
        places = list(facts_of(self.split, self.draw))
        series = self._yearly(places)
        stated: dict[str, list[tuple[str, int]]] = {}
        known: dict[str, StatedFact] = {}
        for n in range(documents):
            topic, place, facts = places[n % len(places)]
            name, lines = self._opened(n, topic, place)
            others = self.draw.choice([p for p in places if p[0] == topic and p[1] != place])[2]
            told = self.draw.sample(facts, 3) + ([self.draw.choice(others)] if n % 4 == 0 else [])
            for fact in told:
                known[fact.key] = fact
                stated.setdefault(fact.key, []).append((name, len(lines)))
                lines.append(self._say(fact, agrees=True))
            lines += [self.draw.choice(series[place])] if n % 9 else []
            lines += self._fillers(topic, place)
            self.documents[name] = lines
        planted_facts = self._plant(stated, known, planted)
        texts = {name: _laid_out(lines, self.draw) for name, lines in self.documents.items()}
        return MadeFolder(documents=texts, statements=self.statements, planted=planted_facts)

    def _opened(self, n: int, topic: str, place: str) -> tuple[str, list[str]]:
        year = self.draw.choice(YEARS)
        if n % 9 == 0:  # one of a series of reports
            number = f"{self.draw.randint(*FACTS[self.split][topic]['yearly'][0]['range']):,}"
            report = FACTS[self.split][topic]["yearly"][0]["report"]
            sentence = report.replace("{e}", place).replace("{v}", number)
            return f"{_slug(place)}/report-{year}-{n}.md", [f"# {place}: annual report {year}", sentence]
        title, genre = self.draw.choice(FACTS["genres"])
        day = f"{self.draw.randint(1, 28)} {self.draw.choice(MONTHS)} {year}"
        return f"{_slug(place)}/{genre}-{n}.md", [f"# {title.replace('{e}', place)}\n\nDate: {day}"]

    def _yearly(self, places: Sequence[tuple[str, str, Sequence[StatedFact]]]) -> dict[str, list[str]]:
        """Return, for each place, its figures of each year, in several wordings."""
        result: dict[str, list[str]] = {}
        for topic, place, _ in places:
            known = FACTS[self.split][topic]["yearly"][0]
            for year in YEARS:
                number = f"{self.draw.randint(*known['range']):,}"
                for say in known["say"]:
                    sentence = say.replace("{e}", place).replace("{y}", str(year)).replace("{v}", number)
                    result.setdefault(place, []).append(sentence)
        return result

    def _say(self, fact: StatedFact, *, agrees: bool) -> str:
        sentence = self.draw.choice(fact.said if agrees else fact.denied)
        if self.draw.random() < FRAMED:
            sentence = self._framed(sentence, fact.place)
        self.statements[sentence] = (fact.key, agrees)
        return sentence

    def _framed(self, sentence: str, place: str) -> str:
        """Return a longer sentence that says the same and names another person, place or year."""
        frame = str(self.draw.choice(FACTS["frames"][self._other]))
        starts = frame.startswith("{s}")
        inner = sentence.removesuffix(".") if starts else sentence
        named = inner.startswith((place, *FACTS["people"], *FACTS["towns"]))
        for name, value in (
            ("{p}", self.draw.choice(FACTS["people"])),
            ("{t}", self.draw.choice(FACTS["towns"])),
            ("{y}", str(self.draw.choice(YEARS))),
            ("{s}", inner if starts or named else inner[0].lower() + inner[1:]),
        ):
            frame = frame.replace(name, value)
        return frame

    def _fillers(self, topic: str, place: str) -> list[str]:
        own = self.draw.sample(FACTS[self.split][topic]["filler"], 2)
        pair = self.draw.choice(FACTS["lookalikes"][self._other])
        return [text.replace("{e}", place) for text in (*own, self.draw.choice(pair))]

    def _plant(
        self, stated: Mapping[str, Sequence[tuple[str, int]]], known: Mapping[str, StatedFact], planted: int
    ) -> dict[str, str]:
        """Let one document deny each of some facts that several state; as many of each kind."""
        kinds = sorted({fact.kind for fact in known.values()})
        wanted = {kind: planted // len(kinds) + (n < planted % len(kinds)) for n, kind in enumerate(kinds)}
        result: dict[str, str] = {}
        for key in self.draw.sample(sorted(stated), len(stated)):
            fact = known[key]
            if wanted[fact.kind] and len({name for name, _ in stated[key]}) > 1:
                wanted[fact.kind] -= 1
                result[key] = fact.kind
                name, line = self.draw.choice(stated[key])
                self.documents[name][line] = self._say(fact, agrees=False)
        return result


def _slug(place: str) -> str:
    return place.casefold().replace(" ", "-")


def _laid_out(lines: Sequence[str], draw: Random) -> str:
    body = list(lines[1:])
    draw.shuffle(body)
    half = len(body) // 2
    return f"{lines[0]}\n\n{' '.join(body[:half])}\n\n{' '.join(body[half:])}\n"


def made_folder(split: str, documents: int = 500, planted: int = 40, seed: int = 7) -> MadeFolder:
    """Return a folder; the same arguments make the same one."""
    maker = FolderMaker(split=split, draw=Random(seed), documents={}, statements={})  # noqa: S311  the same folder at every run
    return maker.make(documents, planted)


def write_folder(made: MadeFolder, folder: Path) -> None:
    """Write the documents of a folder."""
    write_documents(made.documents, folder)


def write_documents(documents: Mapping[str, str], folder: Path) -> None:
    """Write documents by name."""
    for name, text in documents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
