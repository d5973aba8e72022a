"""Models of the API's requests and errors; `citeback.wire.schemas` has its responses."""

from pydantic import BaseModel, ConfigDict, Field

from citeback import wire
from citeback.index.search.filters import Filter


class DocumentFilter(BaseModel):
    """Which documents to search, as the options of the command; without any, all."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)
    paths: tuple[str, ...] = Field((), alias="in", description="names or patterns: reports/**, *.pdf")
    since: str = Field("", description="from this date on: 2024, 2024-05 or 2024-05-31")
    until: str = Field("", description="up to this date, inclusive")
    kinds: tuple[str, ...] = Field((), alias="type", description="types or extensions: pdf")
    authors: tuple[str, ...] = Field((), alias="author", description="parts of an author's name")

    def filter(self) -> Filter:
        """Return the filter for the index. Raises SettingsError for an invalid date or pattern."""
        return Filter(
            paths=self.paths, since=self.since, until=self.until, kinds=self.kinds, authors=self.authors
        )


class Question(DocumentFilter, wire.QuestionInput):
    """A question, as on a line of `citeback ask --batch`; with `stream`, events are sent as they come."""

    id: str | int | None = None
    stream: bool = False


class Search(DocumentFilter, wire.QuestionInput):
    """What to search for; at most `k` passages are returned."""

    id: str | int | None = None
    k: int = Field(10, ge=1, le=100)


class Problem(BaseModel):
    """Why there is no answer: what went wrong, and what to do about it."""

    model_config = ConfigDict(frozen=True)
    error: str
    next: str = ""
