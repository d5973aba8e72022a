"""What the page works with: the newest corpus, what is kept beside its store, and its folders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path

import gradio as gr

from citeback.index.errors import AccessDenied, CitebackError, HistoryError
from citeback.index.records import PAGE_IMAGE_KINDS
from citeback.index.search.name_filter import NameFilter
from citeback.page.downloads import MANY, WAITING, base_of, draft_problem
from citeback.page.presenters.conversation import ChatHandlers
from citeback.page.presenters.documents import FolderHandlers
from citeback.page.presenters.lookup import SearchHandlers
from citeback.page.presenters.review.drafts import DraftHandlers
from citeback.page.presenters.review.folder import FolderWorkHandlers
from citeback.page.presenters.review.lists import ListHandlers
from citeback.page.presenters.review.questions import QuestionHandlers
from citeback.page.presenters.review.reader import ReviewReader
from citeback.page.presenters.review.tables import TableHandlers
from citeback.page.presenters.settings import SettingsHandlers
from citeback.page.state.conversations import ConversationStore
from citeback.page.state.feedback import FeedbackFile
from citeback.page.state.folders import FolderActions, upload_problem
from citeback.page.state.page_pictures import PagePictures
from citeback.page.state.permitted_folders import RestrictedFolder
from citeback.page.state.preferences import SettingsStore
from citeback.page.state.redaction import restricted_conversations
from citeback.page.state.review.saved_drafts import DraftStore
from citeback.page.state.review.saved_questions import QuestionStore
from citeback.page.state.review.saved_tables import TableStore
from citeback.page.state.running_answers import RunningAnswers
from citeback.page.state.suggested_questions import SuggestedQuestions
from citeback.rag.drafts.draft_files import read_draft_file
from citeback.rag.messages.catalogue import accepted_language
from citeback.rag.model_factory import local_model_names
from citeback.rag.protocols import AskableCorpus
from citeback.rag.rights import Rights
from citeback.serving import api
from citeback.serving.http.in_flight import RunningRequests
from citeback.serving.saved_questions import SavedQuestionWork
from citeback.serving.uploads import UploadStore
from citeback.serving.work_queue import WorkQueue

SUGGESTING = 12.0  # seconds that an opened page waits for suggestions
CONVERSATIONS, FEEDBACK, UPLOADS, DRAFTS = "conversations.sqlite", "feedback.jsonl", "uploads", "drafts"


@dataclass(frozen=True)
class PageServices:
    """The services behind the page: the newest corpus, the files kept beside its store, and its folders.

    `uploads` holds files that users have sent; `models` lists the chat models offered on the page. `view`
    returns the part of the corpus that passes a filter. The parts of the page are created for each event with
    the rights of its user, so that none of them can show more than the user may see. `warm` loads the models
    ahead of the first question. The page, the API and MCP share one `queue`.
    """

    corpus: Callable[[], AskableCorpus]
    conversations: ConversationStore
    feedback: FeedbackFile
    tend: FolderActions
    choices: SettingsStore
    uploads: UploadStore
    drafts: DraftStore
    waiting_drafts: UploadStore
    tables: TableStore
    questions: QuestionStore
    models: Callable[[], Sequence[str]] = local_model_names
    view: Callable[[NameFilter], AskableCorpus] | None = None
    underway: RunningRequests = field(default_factory=RunningRequests)
    warm: Callable[[], None] | None = None
    running: RunningAnswers = field(default_factory=RunningAnswers)
    suggestions: SuggestedQuestions = field(default_factory=SuggestedQuestions)
    reviewing: RunningAnswers = field(default_factory=RunningAnswers)
    comparing: RunningAnswers = field(default_factory=RunningAnswers)
    pictures: PagePictures = field(default_factory=PagePictures)
    queue: WorkQueue = field(default_factory=WorkQueue)

    def visible_corpus(self, whose: Rights) -> AskableCorpus:
        """Return the newest corpus as the user may see it. Raises CitebackError."""
        if whose.visible.empty:
            return self.corpus()
        if self.view is None:
            raise AccessDenied("This index cannot be shown in part.")
        return self.view(whose.visible)

    def conversations_of(self, whose: Rights) -> ConversationStore:
        """Return the conversations as the user may read them."""
        return restricted_conversations(self.conversations, whose.visible)

    def chat_handlers(self, request: gr.Request) -> ChatHandlers:
        """Return the handler of questions."""
        whose = _rights(request)
        kept = self.conversations_of(whose)
        return ChatHandlers(
            corpus=partial(self.visible_corpus, whose),
            kept=kept,
            feedback=self.feedback,
            answering=self.underway.one,
            suggested=partial(self._suggested, whose),
            first=self.folder_handlers(request).first_documents,
        )

    def _suggested(self, whose: Rights, corpus: AskableCorpus) -> Sequence[str]:
        """Return the questions that are suggested to a user, waiting a little while they are looked for."""
        part = "\n".join(whose.patterns)
        return self.suggestions.of(corpus, part, patience=SUGGESTING) or ()

    def search_handlers(self, request: gr.Request) -> SearchHandlers:
        """Return the handler of searches."""
        return SearchHandlers(partial(self.visible_corpus, _rights(request)))

    def review_reader(self, request: gr.Request) -> ReviewReader:
        """Return the handler of links in the Review tab."""
        return ReviewReader(partial(self.visible_corpus, _rights(request)))

    def draft_handlers(self, request: gr.Request) -> DraftHandlers:
        """Return the handler of draft checks."""
        whose = _rights(request)
        return DraftHandlers(
            corpus=partial(self.visible_corpus, whose),
            kept=self.drafts_of(whose),
            uploaded=self.waiting_drafts,
            read=read_draft_file,
            base=base_of(request.request) if request.request else "",
        )

    def question_handlers(self, request: gr.Request) -> QuestionHandlers:
        """Return the handler of saved questions."""
        whose = _rights(request)
        return QuestionHandlers(
            partial(self.visible_corpus, whose),
            self.questions.restricted(whose.visible),
            request.username or "",
        )

    def saved_questions_of(self, owner: str, whose: Rights) -> SavedQuestionWork:
        """Return the saved questions of a user, as programs and assistants get them."""
        kept = self.questions.restricted(whose.visible)
        return SavedQuestionWork(corpus=partial(self.visible_corpus, whose), kept=kept, owner=owner)

    def table_handlers(self, request: gr.Request) -> TableHandlers:
        """Return the handler of tables of answers."""
        return self.tables_of(request.username or "", _rights(request))

    def tables_of(self, owner: str, whose: Rights) -> TableHandlers:
        """Return the tables of a user, as the user may see them."""
        return TableHandlers(partial(self.visible_corpus, whose), self.tables, owner, whose.visible)

    def drafts_of(self, whose: Rights) -> DraftStore:
        """Return the saved drafts as the user may read them."""
        return self.drafts.restricted(whose.visible)

    def list_handlers(self, request: gr.Request) -> ListHandlers:
        """Return the handler of complete lists."""
        return ListHandlers(partial(self.visible_corpus, _rights(request)))

    def folder_work(self, section: str, request: gr.Request) -> FolderWorkHandlers:
        """Return the handler of conflicts, dates or summaries."""
        return FolderWorkHandlers(partial(self.visible_corpus, _rights(request)), section)

    def folder_handlers(self, request: gr.Request) -> FolderHandlers:
        """Return the handler of folders and documents."""
        whose = _rights(request)
        tend = RestrictedFolder(tend=self.tend, whose=whose, everything=self.corpus)
        return FolderHandlers(
            corpus=partial(self.visible_corpus, whose), tend=tend, uploaded=self.uploads, role=whose.role
        )

    def settings_handlers(self, request: gr.Request) -> SettingsHandlers:
        """Return the handler of settings."""
        return SettingsHandlers(
            choices=self.choices, facts=self.facts, offered=self.models, whose=_rights(request)
        )

    def page_language(self, request: gr.Request) -> str:
        """Return the language to speak in an event."""
        return self.language_of(request.username or "", request.headers.get("accept-language") or "")

    def language_of(self, user: str, accepted: str) -> str:
        """Return the language that a user has chosen, or else the one that the browser asks for."""
        try:
            chosen = self.choices.language_of(user)
        except HistoryError:
            chosen = ""
        return chosen or accepted_language(accepted)

    def prepare(self) -> None:
        """Begin what the first visitor would wait for: the process that draws pages, and suggestions."""
        try:
            corpus = self.corpus()
        except CitebackError:
            return  # whoever opens the page gets the error
        if any(document.kind in PAGE_IMAGE_KINDS for document in corpus.documents):
            self.pictures.renderer.warm()
        self.suggestions.of(corpus)

    def facts(self) -> Mapping[str, str]:
        """Return a description of what produces the answers, with the version."""
        try:
            answering = self.corpus().answering_parts
        except CitebackError as error:
            return {"Index": error.message}
        return {**answering, "Version": version("citeback")}

    @classmethod
    def for_store(
        cls,
        store: Path,
        corpus: Callable[[], AskableCorpus],
        tend: FolderActions,
        view: Callable[[NameFilter], AskableCorpus] | None = None,
    ) -> "PageServices":
        """Return an instance with conversations, feedback and settings in the store's directory."""
        kept, feedback_file = store / CONVERSATIONS, FeedbackFile(store / FEEDBACK)
        sent = UploadStore(store / UPLOADS, upload_problem)
        return cls(
            corpus=corpus,
            conversations=ConversationStore(kept),
            feedback=feedback_file,
            tend=tend,
            choices=SettingsStore(kept),
            uploads=sent,
            drafts=DraftStore(kept),
            tables=TableStore(kept),
            questions=QuestionStore(kept),
            waiting_drafts=UploadStore(root=store / DRAFTS, unfit=draft_problem, most=WAITING, many=MANY),
            view=view,
        )


def _rights(request: gr.Request) -> Rights:
    """Return the rights of the user who caused an event, as set by the guard."""
    if request.request is None:
        raise AccessDenied("Nobody is known to have asked for this.")
    return api.rights(request.request)
