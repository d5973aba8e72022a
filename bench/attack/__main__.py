"""Attack the server with real requests, one line a check.

    python -m bench.attack [--quick] [--only NAME ...] [--load] [--checkout PATH]

Servers are started as users start them, on this computer alone, over folders made for the purpose. Attacks
that need servers of their own run in parallel with those that share one. The exit status is 1 if any check
failed. With `--load`, 50 people ask questions during the attacks. `--checkout` attacks another checkout of
Citeback, such as an earlier version.
"""

import argparse
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.attack import load
from bench.attack.attacks import ATTACKS, Attack
from bench.attack.ground import Ground
from bench.attack.outcome import Outcome
from bench.attack.server import ROOT

LANES = 3
"""Attacks made at a time."""


def main() -> int:
    """Attack, print a line for each check and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only what every change is tested with")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only attacks of these names")
    parser.add_argument("--load", action="store_true", help="many people ask while others attack")
    parser.add_argument("--checkout", type=Path, default=ROOT, help="the state of Citeback that is attacked")
    args = parser.parse_args()
    if args.load:
        return load.main()
    chosen = [a for a in ATTACKS if (a.quick or not args.quick) and (not args.only or a.name in args.only)]
    if not chosen:
        parser.error(f"There are: {', '.join(attack.name for attack in ATTACKS)}")
    began, outcomes = perf_counter(), []
    for outcome in attacked(chosen, args.checkout.resolve()):
        print(outcome, flush=True)
        outcomes.append(outcome)
    failed = sum(not outcome.holds for outcome in outcomes)
    print(f"{len(outcomes)} checks, {failed} failed, in {perf_counter() - began:.0f} s.")
    return 1 if failed else 0


def attacked(chosen: Sequence[Attack], checkout: Path = ROOT) -> Iterator[Outcome]:
    """Yield the outcome of every check, and the state of the servers after each attack.

    One lane makes those that share servers, the others begin with the rest; then all take what is left. Many
    attacks wait for the server to lose patience, so there are more lanes than cores.
    """
    sharing = [attack for attack in chosen if not attack.own]
    own = deque(attack for attack in chosen if attack.own)
    lanes = [sharing, *([own.popleft()] for _ in range(min(LANES - 1, len(own))))]
    lanes = [first for first in lanes if first]
    notice: SimpleQueue[Outcome | None] = SimpleQueue()
    with ThreadPoolExecutor(len(lanes)) as pool:
        running = [pool.submit(_along, lane, own, checkout, notice) for lane in lanes]
        left = len(running)
        while left:
            outcome = notice.get()
            if outcome:
                yield outcome
            left -= outcome is None
        for each in running:
            each.result()


def _along(
    lane: Sequence[Attack], rest: deque[Attack], checkout: Path, notice: "SimpleQueue[Outcome | None]"
) -> None:
    """Make attacks one after another, on a ground of their own, and queue their outcomes; None ends them."""
    try:
        with TemporaryDirectory(prefix="attack-") as path:
            ground = Ground(Path(path), checkout)
            try:
                ground.prepare()
                for attack in chain(lane, _taken(rest)):
                    for outcome in outcomes_of(attack, ground):
                        notice.put(outcome)
            finally:
                ground.close()
    finally:
        notice.put(None)


def _taken(rest: deque[Attack]) -> Iterator[Attack]:
    """Yield attacks until none is left; another lane may take from the same."""
    while True:
        try:
            yield rest.popleft()
        except IndexError:
            return


def outcomes_of(attack: Attack, ground: Ground) -> Iterator[Outcome]:
    """Yield the outcomes of one attack, and the state of the servers after it."""
    began = perf_counter()
    try:
        yield from attack.run(ground)
    except Exception as error:  # noqa: BLE001  whatever an attack breaks on is what it found
        yield Outcome(
            tried=attack.name, holds=False, answer=f"the attack broke off: {type(error).__name__}: {error}"
        )
    ills = list(ground.unwell())
    yield from (Outcome(tried=f"the server after {attack.name}", holds=False, answer=ill) for ill in ills)
    print(f"-- {attack.name}: {perf_counter() - began:.1f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
