"""Word lists: text files beside the modules that use them.

A line that begins with `#` is a comment. Words are separated by white space.
"""

from importlib.resources import files


def word_groups(package: str, name: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of each line of a list; `package` is the package that holds the file."""
    lines = files(package).joinpath(name).read_text("utf-8").splitlines()
    return tuple(tuple(line.split()) for line in lines if line.strip() and not line.startswith("#"))


def word_list(package: str, name: str) -> frozenset[str]:
    """Return all words of a list."""
    return frozenset(word for group in word_groups(package, name) for word in group)
