"""What a browser may send as an event of the page: text and nothing else. Must never know what it does.

The page's library takes any JSON as an event's values, and reads a value that describes a file as that file:
whoever may ask could read whatever the server can read, and make it fetch any address. No event of this page
takes a file (`serving/uploads.py` does), so that values are words or nothing.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MOST = 16  # values of an event, and keys of what a click says

Session = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class PageEvent(BaseModel):
    """An event as the page's script sends it. What it does not send is dropped."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")
    fn_index: int = Field(ge=0)
    session_hash: Session
    data: list[str | None] = Field(max_length=MOST)
    event_data: dict[str, str | int | float | bool | None] | None = Field(None, max_length=MOST)
    trigger_id: int | None = None


class Cancellation(BaseModel):
    """An event that is to be stopped, as the page's script says it."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")
    fn_index: int = Field(ge=0)
    session_hash: Session
    event_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
