"""Models of the API's requests and errors; `citeback.wire.schemas` has its responses."""

from pydantic import BaseModel, ConfigDict, Field

from citeback import wire


class Question(wire.BatchQuestion):
    """A question, as on a line of `citeback ask --batch`; with `stream`, events are sent as they come."""

    id: str | int | None = None
    stream: bool = False


class Search(wire.BatchQuestion):
    """What to search for; at most `k` passages are returned."""

    id: str | int | None = None
    k: int = Field(10, ge=1, le=100)


class Problem(BaseModel):
    """Why there is no answer: what went wrong, and what to do about it."""

    model_config = ConfigDict(frozen=True)
    error: str
    next: str = ""
