"""Measure waiting times and the server's memory while many people ask during attacks.

`python -m bench.attack --load`: for a minute, 50 people ask, 60 clients guess passwords, 300 connections hold
half a request, and one client sends the slowest patterns. A person reads each answer for ten seconds, and a
client guesses twice a second.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Event
from time import perf_counter, sleep

import httpx

from bench.attack.connections import HALF, closed, holding
from bench.attack.ground import EDITOR, SHIPS, Ground
from bench.attack.patterns import PATTERNS
from bench.attack.server import Server

PEOPLE, GUESSERS, HALVES, SECONDS = 50, 60, 300, 60.0
READS = 10.0  # seconds from an answer to the same person's next question
MOST = 3.0  # seconds that the 95th percentile of questions may wait
GUESS = 0.5  # seconds between two guesses of a client
GROWTH = 0.1  # allowed growth of the memory in the second half of the attack, as a share
QUESTIONS = (SHIPS, "Who keeps the lock of the canal?", "What does the harbour say?", "What is the toll?")


def main() -> int:
    """Ask, attack, print the figures and return 1 if they are not good enough."""
    with TemporaryDirectory(prefix="attack-") as path:
        ground = Ground(Path(path))
        ground.prepare()
        with ground.served(ground.path / "store", "--auth", ground.users, "--rate", "60000") as server:
            return measured(server)


def measured(server: Server) -> int:
    """Return 1 if people wait too long or get an error, or if the server's memory grows."""
    crowd(server, 12.0, attacked=False)  # until everything is loaded
    alone, _, _ = crowd(server, 15.0, attacked=False)
    before = server.memory
    first = crowd(server, SECONDS / 2, attacked=True)
    between = server.memory
    second = crowd(server, SECONDS / 2, attacked=True)
    after = server.memory
    waits, errors, refused = first[0] + second[0], first[1] + second[1], first[2] + second[2]
    print(f"{PEOPLE} people: {figures(alone)} alone; {figures(waits)} under attack, {errors} errors")
    print(f"{refused:,} guesses turned away")
    print(
        f"{before:.0f} MB before, {between:.0f} MB after half of the attack, {after:.0f} MB after all of it"
    )
    good = quantiles(waits, n=20)[-1] < MOST and not errors and after < between * (1 + GROWTH)
    return 0 if good else 1


def figures(waits: list[float]) -> str:
    """Return statistics of waiting times in words."""
    cuts = quantiles(waits, n=20)
    usual = f"median {cuts[9]:.2f} s, 95th percentile {cuts[-1]:.2f} s"
    return f"{len(waits):,} answers, {usual}, longest {max(waits):.2f} s"


def crowd(server: Server, seconds: float, attacked: bool) -> tuple[list[float], int, int]:
    """Return how long each answer took, the number of failures, and the number of refused guesses."""
    done = Event()
    with ThreadPoolExecutor(PEOPLE + GUESSERS + 2) as pool:
        if attacked:
            guesses = [pool.submit(guesser, server, done, n) for n in range(GUESSERS)]
            pool.submit(halves, server, done)
            pool.submit(worst, server, done)
        else:
            guesses = []
        people = [pool.submit(person, server, done, n) for n in range(PEOPLE)]
        sleep(seconds)
        done.set()
        waits = [wait for each in people for wait in each.result()]
    errors = sum(wait is None for wait in waits)
    return [wait for wait in waits if wait is not None], errors, sum(each.result() for each in guesses)


def person(server: Server, done: Event, n: int) -> list[float | None]:
    """Ask and wait for the answer repeatedly; return the waits, with None for a failure."""
    waits: list[float | None] = []
    done.wait(READS * n / PEOPLE)  # nobody begins at the same time as everybody else
    with server.client(EDITOR, timeout=60) as client:
        for i in count(n):
            began = perf_counter()
            if done.is_set():
                return waits
            answered = status(client, "/api/ask", {"question": QUESTIONS[i % len(QUESTIONS)]})
            waits.append(perf_counter() - began if answered == httpx.codes.OK else None)
            done.wait(READS)
    return waits


def guesser(server: Server, done: Event, n: int) -> int:
    """Guess passwords, each on a new connection; return how many guesses were refused."""
    refused = 0
    for i in count():
        if done.is_set():
            return refused
        with server.client(("edo", f"guess {n} {i}"), source=f"127.0.1.{n + 1}", timeout=30) as client:
            refused += status(client, "/api/documents") == httpx.codes.TOO_MANY_REQUESTS
        done.wait(GUESS)
    return refused


def status(client: httpx.Client, path: str, body: object = None) -> int:
    """Return the status of a response, or 0 without one."""
    try:
        return (client.post(path, json=body) if body else client.get(path)).status_code
    except httpx.HTTPError:
        return 0


def halves(server: Server, done: Event) -> None:
    """Hold half requests, replacing those that the server gives up."""
    while not done.is_set():
        with holding(server, HALVES, HALF) as held:
            while not done.is_set() and closed(held) < len(held) / 2:
                sleep(1)


def worst(server: Server, done: Event) -> None:
    """Send the slowest patterns, one request after another."""
    with server.client(EDITOR, timeout=60) as client:
        while not done.is_set():
            for given in PATTERNS.values():
                status(client, "/api/search", {"question": SHIPS, "in": given})
