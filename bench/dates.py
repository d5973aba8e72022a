"""Measure how many dates of sentences a timeline reads as what they mean.

    python -m bench.dates [--seed 7] [--each 40]

Sentences of our own speak of a day that is drawn, in many ways, in documents whose own date is drawn as well:
written in full, without its year, or as seen from the document's date. What each means is reckoned here from
the day that was drawn, not from the words. "Unsure" are right answers that the timeline marks as uncertain.
"""

import argparse
from calendar import day_name, month_name
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from bench.sets import commit
from citeback.index.records import Document
from citeback.rag.timeline.timeline import StatedDate, stated_dates

Way = tuple[str, Callable[[date], str], Callable[[date, Random], date]]
"""What a date is called, how the words name it, and how it is drawn, from the document's own date."""
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _month(day: date) -> str:
    return month_name[day.month]


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number not in (11, 12, 13) else 0, "th")
    return f"{number}{ending}"


WRITTEN: dict[str, Callable[[date], str]] = {
    "31 May 2024": lambda d: f"on {d.day} {_month(d)} {d.year}",
    "May 31, 2024": lambda d: f"on {_month(d)} {d.day}, {d.year}",
    "May 31st, 2024": lambda d: f"on {_month(d)} {_ordinal(d.day)}, {d.year}",
    "31st of May 2024": lambda d: f"on the {_ordinal(d.day)} of {_month(d)} {d.year}",
    "31 Aug. 2024": lambda d: f"on {d.day} {_month(d)[:3]}. {d.year}",
    "2024-05-31": lambda d: f"on {d.isoformat()}",
    "Friday, 31 May 2024": lambda d: f"on {day_name[d.weekday()]}, {d.day} {_month(d)} {d.year}",
}
SEEN: dict[str, tuple[Callable[[date, date], str], Callable[[date, Random], date]]] = {
    "31 May, without a year": (
        lambda d, _: f"on {d.day} {_month(d)}",
        lambda own, draw: own + timedelta(days=draw.randint(-150, 150)),
    ),
    "yesterday": (lambda _, __: "yesterday", lambda own, _: own - timedelta(days=1)),
    "today": (lambda _, __: "today", lambda own, _: own),
    "tomorrow": (lambda _, __: "tomorrow", lambda own, _: own + timedelta(days=1)),
    "three days ago": (
        lambda d, own: f"{NUMBERS[(own - d).days - 2]} days ago",
        lambda own, draw: own - timedelta(days=draw.randint(2, 10)),
    ),
    "3 days ago": (
        lambda d, own: f"{(own - d).days} days ago",
        lambda own, draw: own - timedelta(days=draw.randint(2, 30)),
    ),
    "in 3 days' time": (
        lambda d, own: f"in {(d - own).days} days’ time",
        lambda own, draw: own + timedelta(days=draw.randint(2, 30)),
    ),
    "three weeks ago": (
        lambda d, own: f"{NUMBERS[(own - d).days // 7 - 2]} weeks ago",
        lambda own, draw: own - timedelta(days=7 * draw.randint(2, 8)),
    ),
    "on Monday (past)": (
        lambda d, _: f"on {day_name[d.weekday()]}",
        lambda own, draw: own - timedelta(days=draw.randint(1, 6)),
    ),
    "last Monday": (
        lambda d, _: f"last {day_name[d.weekday()]}",
        lambda own, draw: own - timedelta(days=draw.randint(1, 7)),
    ),
    "next Monday": (
        lambda d, _: f"next {day_name[d.weekday()]}",
        lambda own, draw: own + timedelta(days=draw.randint(1, 7)),
    ),
}
ONES = (
    "The lock was repaired {w}.",
    "{W}, the ferry ran aground.",
    "The vote was held {w} in the town hall.",
)
COMING = ("The lock will be repaired {w}.", "{W}, the ferry will sail again.")
DECOYS = (
    "Room 2024 is on the third floor.",
    "The May family owns the mill.",
    "It may march on, they said.",
    "The model 20-30 weighs 31 kg.",
    "He has 12 days of leave a year.",
    "Article 5.3.2 of the statute applies.",
)


def document(own: date) -> Document:
    """Return a document that states a date of its own."""
    return Document(
        name="a.md",
        folder="/f",
        path="/f/a.md",
        size=1,
        mtime_ns=0,
        sha256="",
        title="",
        kind="markdown",
        date=own.isoformat(),
    )


def right(found: list[StatedDate], meant: date) -> tuple[bool, bool]:
    """Return whether the only date that is found is the one meant, and whether it is marked as certain."""
    same = len(found) == 1 and found[0].value == meant.isoformat() and not found[0].until
    return same, same and found[0].certain


def sentence(words: str, meant: date, own: date, draw: Random) -> str:
    """Return a sentence about what happened, or will happen, on a day."""
    form = draw.choice(COMING if meant > own else ONES)
    return form.replace("{w}", words).replace("{W}", words[0].upper() + words[1:])


def main() -> None:
    """Print, for each way to write a date, how many are read as what they mean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--each", type=int, default=40)
    args = parser.parse_args()
    draw = Random(args.seed)  # noqa: S311  the same dates at every run
    counts, wrong = dict[str, Counter[str]](), list[str]()
    for way in (*WRITTEN, *SEEN):
        counts[way] = Counter()
        for _ in range(args.each):
            own = date(2000, 1, 1) + timedelta(days=draw.randrange(9_000))
            if way in WRITTEN:
                meant = own + timedelta(days=draw.randint(-4_000, 400))
                words = WRITTEN[way](meant)
            else:
                meant = SEEN[way][1](own, draw)
                words = SEEN[way][0](meant, own)
            text = sentence(words, meant, own, draw)
            found = stated_dates(text, document(own))
            same, certain = right(found, meant)
            counts[way].update(right=same, certain=certain)
            if not same:
                wrong.append(f"{own} {text} {[each.value for each in found]}, not {meant}")
    print(
        f"Commit {commit()}, seed {args.seed}\n\n| written | sentences | right | unsure |\n|---|---|---|---|"
    )
    for way, count in counts.items():
        unsure = (count["right"] - count["certain"]) / args.each
        print(f"| {way} | {args.each} | {count['right'] / args.each:.3f} | {unsure:.3f} |")
    false = [text for text in DECOYS if stated_dates(text, document(date(2020, 5, 4)))]
    print(f"sentences without a date: {len(false)} of {len(DECOYS)} read as dated {false}")
    print("\n".join(wrong[:12]))


if __name__ == "__main__":
    main()
