"""The tools of an assistant for the saved questions of its user."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, TypeVar

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from citeback import wire
from citeback.index.errors import CitebackError
from citeback.serving.saved_questions import SavedQuestionWork
from citeback.serving.work_queue import WorkQueue
from citeback.wire import folder_schemas

T = TypeVar("T")
Question = Annotated[str, Field(min_length=1, max_length=wire.QUESTION)]


@dataclass(frozen=True, slots=True)
class SavedQuestionTools:
    """The tools of an assistant for saved questions; `work` returns those of its user."""

    work: Callable[[Context], SavedQuestionWork]
    queue: WorkQueue

    async def saved_questions(self, context: Context) -> folder_schemas.SavedQuestions:
        """Ask the user's saved questions again if the documents have changed; list them with any changes."""
        return await _answered(lambda: self.queue.run_long(self.work(context).ask_again))

    async def save_question(self, question: Question, context: Context) -> folder_schemas.SavedQuestion:
        """Save a question, to be asked again whenever the documents change, and answer it now."""
        return await _answered(lambda: self.queue.run(partial(self.work(context).save, question)))

    async def delete_question(
        self, question: Annotated[str, Field(max_length=wire.QUESTION)], context: Context
    ) -> folder_schemas.SavedQuestions:
        """Delete a saved question of the user, given by its id or its text."""
        return await _answered(lambda: self.queue.run(partial(self.work(context).delete, question)))


async def _answered(work: Callable[[], Awaitable[T]]) -> T:
    """Do some work; tell the assistant of an error."""
    try:
        return await work()
    except CitebackError as error:
        raise ToolError(str(error)) from error
