"""Models of the events that a browser may send to the page: text and nothing else.

Gradio accepts any JSON as the values of an event, and reads a value that describes a file as that file. So
any user could read whatever the server can read, and make it fetch any address. No event of this page takes a
file (`serving/uploads.py` does), so values are strings or null.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MOST = 16  # values of an event, and keys of its event data

Session = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class PageEvent(BaseModel):
    """An event as the page's script sends it; other keys are dropped."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")
    fn_index: int = Field(ge=0)
    session_hash: Session
    data: list[str | None] = Field(max_length=MOST, fail_fast=True)
    event_data: dict[str, str | int | float | bool | None] | None = Field(None, max_length=MOST)
    trigger_id: int | None = None


class EventReset(BaseModel):
    """A request to forget an event, which the page's script sends when it stops one."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")
    event_id: Session


class EventCancellation(EventReset):
    """A request to stop an event."""

    fn_index: int = Field(ge=0)
    session_hash: Session
