"""The one error tree. Holds every error a person can meet; must never know what raised it.

CitebackError
|-- ReadError             one file could not be read; its reason is listed, the others go on
|   |-- NotOpened         it could not even be opened: it may be tried again as it stands
|   `-- Scanned           its text stands in pictures, which takes longer to read
|-- ModelError            the embedding model is missing, or is not the one it claims to be
|-- ChatError             a chat model cannot be reached, or gave up
|-- SettingsError         a setting is out of bounds or unknown
|-- Forbidden             whoever asks for it may not
|-- HistoryError          conversations or settings could not be read or written
`-- StoreError            the store could not be opened or written
    |-- NoGeneration      nothing has been indexed here yet
    |-- Damaged           a file of a generation is not what its manifest says
    |-- Outdated          a generation was written in an older format
    |-- Locked            another process is writing
    |-- Unwritten         the disk is full, or refuses
    `-- UnknownDocument   no document of that name is indexed
"""

from pathlib import Path


class CitebackError(Exception):
    """What went wrong and where, and (`remedy`) the next command to type.

    >>> str(NoGeneration("Nothing is indexed in .citeback.", "citeback index FOLDER"))
    'Nothing is indexed in .citeback. Next: citeback index FOLDER'
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message} Next: {remedy}" if remedy else message)
        self.message = message
        self.remedy = remedy


class ReadError(CitebackError):
    """One file could not be turned into a Source."""


class NotOpened(ReadError):
    """A file could not be opened; permission may be given without touching it."""


class Scanned(ReadError):
    """A file's text stands in pictures, `pages` of them, that can be read if someone allows the time."""

    def __init__(self, reason: str, pages: int) -> None:
        super().__init__(reason)
        self.pages = pages


class ModelError(CitebackError):
    """The embedding model could not be loaded, or its weights are not those expected."""


class ChatError(CitebackError):
    """A chat model cannot be named, reached or heard to the end."""


class SettingsError(CitebackError):
    """A setting is unknown or out of bounds."""


class Forbidden(CitebackError):
    """Whoever asked for something may not do it."""


class HistoryError(CitebackError):
    """Conversations, settings or what is said about answers could not be read or written."""

    def __init__(self, path: Path, done: str, reason: str) -> None:
        super().__init__(f"{path.name} could not be {done}: {reason}.")


class StoreError(CitebackError):
    """The store could not be opened or written."""


class NoGeneration(StoreError):
    """Nothing has been indexed in this store yet."""


class Damaged(StoreError):
    """A file of a generation is missing or differs from its manifest."""


class Outdated(StoreError):
    """A generation was written in a format that is no longer read; its folders are indexed anew."""


class Locked(StoreError):
    """Another process is writing to the store."""


class Unwritten(StoreError):
    """Something could not be written, as on a full disk; what was published before is as it was."""

    def __init__(self, path: Path, reason: str) -> None:
        told = f"{path} could not be written: {reason}. The index before is as it was."
        super().__init__(told, "free some space, then: citeback index")


class UnknownDocument(StoreError):
    """No document of that name is in the generation."""

    @classmethod
    def of(cls, name: str) -> "UnknownDocument":
        """Return the error for a name; it is the same for one that is there and that nobody may know of."""
        return cls(f"No document is called {name!r}.", "citeback status")
