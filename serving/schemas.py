"""What the API takes, and how it says no; what it gives is `wire.shapes`. Must never know how it is made."""

from pydantic import BaseModel, ConfigDict, Field

import wire
from index.within import Filter


class Kept(BaseModel):
    """Which documents are meant, as the options of the command say it; all of them where nothing is said."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)
    paths: tuple[str, ...] = Field((), alias="in", description="names or patterns: reports/**, *.pdf")
    since: str = Field("", description="of that day or later: 2024, 2024-05 or 2024-05-31")
    until: str = Field("", description="of that day or earlier")
    kinds: tuple[str, ...] = Field((), alias="type", description="kinds or suffixes: pdf")
    authors: tuple[str, ...] = Field((), alias="author", description="parts of an author's name")

    def filter(self) -> Filter:
        """Return the same for the index. Raises SettingsError for what is no date or no pattern."""
        return Filter(self.paths, self.since, self.until, self.kinds, self.authors)


class Question(Kept, wire.Asked):
    """A question, as on a line of `citeback ask --batch`; `stream` true sends events as they come."""

    id: str | int | None = None
    stream: bool = False


class Search(Kept, wire.Asked):
    """What to look for; at most `k` passages come back."""

    id: str | int | None = None
    k: int = Field(10, ge=1, le=100)


class Problem(BaseModel):
    """Why there is no answer: what went wrong, and what to do about it."""

    model_config = ConfigDict(frozen=True)
    error: str
    next: str = ""
