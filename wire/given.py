"""What programs give, as JSON: questions, pairs to check, questions with known answers.

Must never know files or terminals, nor what is made of what is given.
"""

from typing import TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError
from pydantic_core import ErrorDetails

QUESTION, TURN = 2_000, 20_000
"""Characters of a question, and of a turn before it."""
TURNS = 100
"""Turns before a question."""


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True)  # keys it does not know are passed over: see docs/json.md


Given = TypeVar("Given", bound=_Given)


class Said(_Given):
    """One turn before the question: `role` is "user", or anything else for the assistant."""

    role: str = Field(max_length=TURN)
    text: str = Field(max_length=TURN)


class Asked(_Given):
    """A question to answer; `id` is handed back as it came."""

    id: StrictStr | StrictInt | None
    question: str = Field(pattern=r"\S", max_length=QUESTION)
    history: tuple[Said, ...] | None = Field(None, max_length=TURNS)


class Pair(_Given):
    """A claim, and the evidence that it is to be checked against; `id` is handed back as it came."""

    id: StrictStr | StrictInt | None
    claim: str
    evidence: str


def pairs(data: bytes) -> tuple[Pair, ...]:
    """Return the pairs of a batch. Raises ValueError as `asked` does."""
    return _lines(Pair, data)


def asked(data: bytes) -> tuple[Asked, ...]:
    r"""Return the questions of a batch, one JSON object a line; blank lines separate nothing.

    >>> [one.question for one in asked(b'{"id": 1, "question": "Who?"}\n')]
    ['Who?']

    Raises:
        ValueError: names the first line (from 1) that is no question, and why.
    """
    return _lines(Asked, data)


def one(question: str) -> Asked:
    """Return a question without an id. Raises ValueError where it is blank or not Unicode."""
    try:
        return Asked(id=None, question=question)
    except ValidationError as error:
        raise ValueError(_told(error)) from error


class Place(_Given):
    """Where the answer to a question stands: a document and, if that is known, the characters."""

    document: str = Field(validation_alias=AliasChoices("document", "doc_id"))
    start: int | None = Field(None, ge=0)
    end: int | None = Field(None, ge=0)


class Known(Asked):
    """A question to evaluate with; all but the question may be left out."""

    id: StrictStr | StrictInt | None = None
    relevant: tuple[Place, ...] | None = None
    answers: tuple[str, ...] | None = None
    answerable: bool | None = True


def known(data: bytes) -> tuple[Known, ...]:
    """Return the questions of a file to evaluate with; of lines with the same id the last one counts.

    Raises ValueError as `asked` does.
    """
    lines = enumerate(_lines(Known, data))
    return tuple({n if each.id is None else str(each.id): each for n, each in lines}.values())


def _lines(kind: type[Given], data: bytes) -> tuple[Given, ...]:
    lines = enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1)
    return tuple(_line(kind, n, line) for n, line in lines if line.strip())


def _line(kind: type[Given], n: int, line: bytes) -> Given:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        raise ValueError(f"line {n}: {_told(error)}") from error


def _told(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)
    if any(e["type"] == "string_pattern_mismatch" for e in found):
        return "the question is blank"
    return "; ".join(": ".join(filter(None, (".".join(map(str, e["loc"])), _reason(e)))) for e in found)


def _reason(error: ErrorDetails) -> str:
    """Return what is wrong with a value, in a person's words where it is too long."""
    if error["type"] == "string_too_long":
        return f"longer than {error['ctx']['max_length']:,} characters"
    if error["type"] == "too_long":
        return f"more than {error['ctx']['max_length']:,} of them"
    return error["msg"]
