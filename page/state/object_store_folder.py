"""The page's actions on an index on an object store: it changes no documents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

from citeback.index import any_store
from citeback.index.errors import StoreError
from citeback.index.generations.protocols import GenerationStore, KeptGeneration
from citeback.index.sync.plan import Plan
from citeback.page.state.folders import SyncStep


@dataclass(frozen=True)
class ObjectStoreFolder:
    """The folders of an object store, which many servers read and `citeback index` alone writes."""

    store: GenerationStore

    def add(self, *_: object, **__: object) -> str:
        """Raise StoreError: documents are added to a bucket or folder, not to a server."""
        self._refuse()

    def rebuild(self, *_: object, **__: object) -> Iterator[SyncStep]:
        """Raise StoreError: a command updates the index for all servers."""
        self._refuse()

    def upload_folder(self) -> str:
        """Return "": files are not added here."""
        return ""

    def forget(self, *_: object) -> Iterator[SyncStep]:
        """Raise StoreError: a command updates the index for all servers."""
        self._refuse()

    def remove(self, *_: object, **__: object) -> str:
        """Raise StoreError: documents are deleted where they are."""
        self._refuse()

    def put_back(self, *_: object) -> None:
        """Raise StoreError: nothing is deleted here."""
        self._refuse()

    def since(self) -> Plan:
        """Return no changes: looking for them would list every bucket for each visitor."""
        return Plan()

    def kept_generations(self) -> Sequence[KeptGeneration]:
        """Return the kept generations, newest first."""
        return any_store.history(self.store)

    def go_back(self, number: int) -> str:
        """Publish an earlier generation again, for all servers. The folders stay as they are."""
        made = any_store.rollback(self.store, number)
        return f"Questions are answered from state {number} again; it is state {made.number} now."

    def _refuse(self) -> NoReturn:
        raise StoreError(
            f"Documents of {self.store.path} are not changed on this page: many servers share them.",
            f"change the folder or bucket, then: citeback index --store {self.store.path}",
        )
