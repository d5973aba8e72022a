"""Spellings of one name: "Alan Birtles" and "Birtles", "KESTWICK BANK" and "Kestwick Bank"."""

import re
from collections.abc import Mapping

_INITIAL = re.compile(r"[A-Z]\.?")


def spellings(counts: Mapping[str, int], people: bool) -> dict[str, str]:
    """Return, for each name, the one under which it is listed; `counts` says how often each occurs.

    Names that are equal but for case are one. A surname, or one with an initial, is merged with the full name
    if only one fits.

    >>> spellings({"Ada Holm": 2, "Holm": 1, "A. Holm": 1}, people=True) == dict.fromkeys(
    ...     ["Ada Holm", "Holm", "A. Holm"], "Ada Holm")
    True
    """
    best: dict[str, str] = {}
    for name in sorted(counts, key=lambda name: (name.isupper(), -counts[name], name)):
        best.setdefault(name.casefold(), name)
    listed = {name: best[name.casefold()] for name in counts}
    by_surname = _by_surname(set(listed.values())) if people else {}
    return {name: _full_name(one, by_surname) for name, one in listed.items()}


def _by_surname(names: set[str]) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for name in sorted(names):
        words = name.split()
        if len(words) > 1 and not _INITIAL.fullmatch(words[0]):
            result.setdefault(words[-1].casefold(), []).append(name)
    return result


def _full_name(name: str, by_surname: Mapping[str, list[str]]) -> str:
    words = name.split()
    initials = [word[0] for word in words[:-1]]
    if not all(map(_INITIAL.fullmatch, words[:-1])):
        return name
    fit = by_surname.get(words[-1].casefold(), ())
    fit = [full for full in fit if not initials or full[0] == initials[0]]
    return fit[0] if len(fit) == 1 else name
