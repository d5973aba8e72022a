"""Opens the store at a path or address; lists and restores its generations.

The object store's libraries are imported only for an address (docs/decisions/0034-object-store.md).
"""

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from citeback.index.addresses import is_address
from citeback.index.errors import StoreError
from citeback.index.generations import rollback as local_rollback
from citeback.index.generations.protocols import GenerationStore, KeptGeneration
from citeback.index.generations.store import Store

if TYPE_CHECKING:
    from citeback.index.object_store.store import ObjectStore

INSTALL = "pip install obstore==0.12.1 pyarrow==26.0.1 pylance==14.0.2 ray==2.60.0"


def open_store(where: str | Path, copy: Path | None = None) -> GenerationStore:
    """Return the store at a path or address; nothing is read or written yet.

    `copy` is a directory that keeps the generation of an object store on a fast disk.

    Raises:
        StoreError: the address or its credentials cannot be used, or the libraries are not installed.
    """
    if is_address(where):
        return _opened(str(where), copy)
    if copy:
        raise StoreError(f"{where} is on a disk already, so --copy has nothing to copy.", "leave out --copy")
    return Store(Path(where))


def machine_directory(where: str | Path, copy: Path | None = None) -> Path:
    """Return the directory for this machine's data beside a store, such as conversations.

    For an address, that is the directory of its copy or, without one, a directory of its own here.
    """
    if not is_address(where):
        return Path(where)
    return copy or Path(f".citeback-{sha256(str(where).encode()).hexdigest()[:12]}")


def history(store: GenerationStore) -> tuple[KeptGeneration, ...]:
    """Return all kept generations, newest first."""
    return local_rollback.history(store) if isinstance(store, Store) else object_store(store).history()


def rollback(store: GenerationStore, number: int | None = None) -> KeptGeneration:
    """Publish a kept generation again: a given one, or the newest intact one before the current.

    Returns what was published. Raises StoreError if there is none to roll back to.
    """
    if not isinstance(store, Store):
        return object_store(store).rollback(number)
    done = local_rollback.rollback(store, number)
    return KeptGeneration(done.number, done.published, restored=done.restored)


def _opened(address: str, copy: Path | None) -> GenerationStore:
    try:
        from citeback.index.object_store.store import ObjectStore
    except ModuleNotFoundError as error:
        raise StoreError(
            f"{address.partition('?')[0]} needs libraries that are not installed ({error.name}).",
            INSTALL,
        ) from error
    return ObjectStore.open(address, copy)


def object_store(store: GenerationStore) -> "ObjectStore":
    """Return a store that is not in a directory. Raises TypeError for any other."""
    from citeback.index.object_store.store import ObjectStore

    if not isinstance(store, ObjectStore):
        raise TypeError(f"{type(store).__name__} is neither a directory nor an object store")
    return store
