"""The saved questions of a user, over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request

from citeback import wire
from citeback.rag.protocols import AskableCorpus
from citeback.rag.rights import Rights
from citeback.rag.saved_questions import QuestionBook, ask_again, find_question, save_and_ask
from citeback.serving.api import Json, UserRights
from citeback.serving.request_schemas import Problem, QuestionToSave
from citeback.serving.work_queue import WorkQueue
from citeback.wire import folder_schemas

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem} for status in (403, 404, 409, 422, 429, 503)
}


@dataclass(frozen=True, slots=True)
class SavedQuestionWork:
    """The saved questions of one user: `corpus` returns the newest corpus as they may see it, or raises."""

    corpus: Callable[[], AskableCorpus]
    kept: QuestionBook
    owner: str

    def listing(self) -> folder_schemas.SavedQuestions:
        """Return the questions with the answers that are known."""
        return wire.saved_questions(self.kept.listing(self.owner))

    def ask_again(self) -> folder_schemas.SavedQuestions:
        """Ask those that were not asked of the current index, and return all. Raises CitebackError."""
        for _ in ask_again(self.corpus, self.kept, self.owner):
            pass
        return self.listing()

    def save(self, question: str) -> folder_schemas.SavedQuestion:
        """Save a question, and return it with its answer. Raises CitebackError."""
        return wire.saved_question(save_and_ask(self.corpus, self.kept, self.owner, question))

    def read(self, key: str) -> folder_schemas.SavedQuestions:
        """Note that a change was seen. Raises UnknownQuestion."""
        self.kept.read(self.owner, find_question(self.kept, self.owner, key).id)
        return self.listing()

    def delete(self, key: str) -> folder_schemas.SavedQuestions:
        """Delete a question, named by its id or its words. Raises UnknownQuestion."""
        self.kept.delete(self.owner, find_question(self.kept, self.owner, key).id)
        return self.listing()


WorkOf = Callable[[str, Rights], SavedQuestionWork]
"""Returns the saved questions of a user, by name and rights."""


def routes(work: WorkOf, user: Callable[[Request], str], queue: WorkQueue) -> APIRouter:
    """Return the routes under /api/questions; `user` returns the name of the user of a request."""
    router = APIRouter(prefix="/api/questions", default_response_class=Json, responses=PROBLEMS)
    one: dict[str, Any] = {"responses": {200: {"model": folder_schemas.SavedQuestion}}}
    several: dict[str, Any] = {"responses": {200: {"model": folder_schemas.SavedQuestions}}}

    @router.get("", summary="List the saved questions with their answers", **several)
    def listing(request: Request, whose: UserRights) -> Json:
        return Json(work(user(request), whose).listing())

    @router.post("", summary="Save a question that is asked again when the documents change", **one)
    async def save(request: Request, asked: QuestionToSave, whose: UserRights) -> Json:
        own = work(user(request), whose)
        return Json(await queue.run(partial(own.save, asked.question)))

    @router.post("/ask", summary="Ask the saved questions again if the documents have changed", **several)
    async def again(request: Request, whose: UserRights) -> Json:
        return Json(await queue.run_long(work(user(request), whose).ask_again))

    @router.post("/{key}/seen", summary="Record that a change was seen", **several)
    def note_as_read(request: Request, key: str, whose: UserRights) -> Json:
        return Json(work(user(request), whose).read(key))

    @router.delete("/{key}", summary="Delete a saved question", **several)
    def delete(request: Request, key: str, whose: UserRights) -> Json:
        return Json(work(user(request), whose).delete(key))

    return router
