"""Says messages in the language of whoever looks at the page.

The language is a context variable, set around each step of an event (page/tabs/languages.py), so that a view
is a function of its arguments and of the language. Without one it is English.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from citeback.index.languages import ENGLISH
from citeback.rag.messages.catalogue import say, say_number

_LANGUAGE: ContextVar[str] = ContextVar("language of the page", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say messages in a language until the block ends."""
    before = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(before)


def spoken() -> str:
    """Return the language that is spoken."""
    return _LANGUAGE.get()


def tr(message: str, /, **values: object) -> str:
    """Return a message of the catalogue as it is said now; values are not escaped.

    >>> with speaking("fr"):
    ...     tr("Goodbye.")
    'Au revoir.'
    """
    return say(message, spoken(), **values)


def counted_documents(number: int) -> str:
    """Return a number of documents in words."""
    return tr_number(number, "{number} document", "{number} documents")


def tr_number(number: int, one: str, many: str, /, **values: object) -> str:
    """Return a message about a number of things as it is said now."""
    return say_number(number, one, many, spoken(), **values)
