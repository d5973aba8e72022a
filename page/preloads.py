"""Finds what Gradio's page loads, so that a browser asks for all of it at once.

Gradio's script loads a second one, which loads a third, which loads one for each kind of component: four
waits, one after another. Its files name what they load in the way of its build tool; should a later version
name it otherwise, nothing is found, and the page loads as before.
"""

import re
from collections.abc import Collection
from functools import lru_cache

from citeback.page.assets import FRONTEND

_ENTRY = re.compile(r'src="\./assets/(index-[\w-]+\.js)"')
_LISTED = re.compile(r"m\.f=\[([^]]*)\]")
_LOADED = re.compile(r"import\(`\./([\w.-]+)`\)[^`]{0,40}?__vite__mapDeps\(\[([\d,]*)\]\)")
_KIND = re.compile(r"[{,](\w+):\{(?=\w+:\(\)=>)")


def preload_links(kinds: Collection[str]) -> str:
    """Return links for the head of a page, to all that components of these kinds are drawn with."""
    return '<link rel="preload" as="script" href="/page.js">' + "".join(map(_link, preloaded(kinds)))


def preloaded(kinds: Collection[str]) -> list[str]:
    """Return the names of the scripts and style sheets, in the order in which the page needs them."""
    entry = _ENTRY.search((FRONTEND.parent / "index.html").read_text())
    if not entry:
        return []
    names = dict.fromkeys(name for each in _loads(entry[1]).values() for name in each)
    for part in [name for name in names if name.startswith("Index-") and name.endswith(".js")]:
        later = [each for name, each in _loads(part).items() if name.startswith("Blocks-")]
        names |= dict.fromkeys(name for each in later for name in each)
    for part in [name for name in names if name.startswith("core-") and name.endswith(".js")]:
        names |= dict.fromkeys(_drawing(part, kinds))
    loaded_by_itself = entry[1].partition("-")[0] + "-"
    return [name for name in names if not name.startswith(loaded_by_itself) and (FRONTEND / name).is_file()]


def _link(name: str) -> str:
    if name.endswith(".css"):
        return f'<link rel="preload" as="style" crossorigin href="./assets/{name}">'
    return f'<link rel="modulepreload" crossorigin href="./assets/{name}">'


def _drawing(name: str, kinds: Collection[str]) -> list[str]:
    """Return what the script that draws components loads for these kinds of them."""
    text = _read(name)
    _, *parts = _KIND.split(text)
    listed = _names(text)
    found = list[str]()
    for kind, part in zip(parts[::2], parts[1::2], strict=True):
        loads = _LOADED.search(part.partition("component:")[2])
        if kind in kinds and loads:
            found += _numbered(loads[2], listed)
    return found


def _loads(name: str) -> dict[str, list[str]]:
    """Return for each script that a script loads later what is loaded with it."""
    text = _read(name)
    listed = _names(text)
    return {loads[1]: _numbered(loads[2], listed) for loads in _LOADED.finditer(text)}


def _names(text: str) -> list[str]:
    listed = _LISTED.search(text)
    return [each.strip('"./ ') for each in listed[1].split(",")] if listed else []


def _numbered(numbers: str, listed: list[str]) -> list[str]:
    wanted = [int(each) for each in numbers.split(",") if each]
    return [listed[each] for each in wanted if each < len(listed)]


@lru_cache(maxsize=8)
def _read(name: str) -> str:
    path = FRONTEND / name
    return path.read_text() if path.is_file() else ""
