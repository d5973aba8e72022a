"""The exception hierarchy: every error that users can meet.

CitebackError
|-- ReadError             a file could not be read; it is listed with the reason, and the others are indexed
|   |-- FileNotOpened         the file could not be opened; it is tried again even if unchanged
|   |-- ReadTimeout           reading took too long, possibly because of a slow disk
|   `-- NeedsOcr           the text is in pictures, and takes longer to recognize
|-- ModelError            the embedding model is missing, or its weights are not the expected ones
|-- ChatError             a chat model is unknown, unreachable or failed midway
|-- SettingsError         a setting is unknown or out of bounds
|-- AccessDenied             the user lacks permission
|-- HistoryError          conversations or settings could not be read or written
`-- StoreError            the store could not be opened or written
    |-- NoGeneration      nothing has been indexed yet
    |-- DamagedGeneration           a file of a generation does not match its manifest
    |-- OutdatedFormat          a generation has an older format
    |-- StoreLocked            another process is writing
    |-- WriteError         the disk is full or failing
    `-- UnknownDocument   no indexed document has that name
"""

from pathlib import Path


class CitebackError(Exception):
    """An error for users: what went wrong and where, and the next command to type (`remedy`).

    Examples:
        >>> str(NoGeneration("Nothing is indexed in .citeback.", "citeback index FOLDER"))
        'Nothing is indexed in .citeback. Next: citeback index FOLDER'
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message} Next: {remedy}" if remedy else message)
        self.message = message
        self.remedy = remedy


class ReadError(CitebackError):
    """A file could not be read into a Source."""


class FileNotOpened(ReadError):
    """A file could not be opened; it is tried again even if unchanged, since permissions may change."""


class ReadTimeout(ReadError):
    """Reading a file took too long, because of the file or of a slow disk."""


class NeedsOcr(ReadError):
    """A file's text is in pictures, `pages` of them; recognizing it takes more time."""

    def __init__(self, reason: str, pages: int) -> None:
        super().__init__(reason)
        self.pages = pages


class ModelError(CitebackError):
    """The embedding model could not be loaded, or its weights are not the expected ones."""


class ChatError(CitebackError):
    """A chat model is unknown, unreachable or failed midway."""


class SettingsError(CitebackError):
    """A setting is unknown or out of bounds."""


class AccessDenied(CitebackError):
    """The user lacks permission."""


class HistoryError(CitebackError):
    """Conversations, settings or feedback could not be read or written."""

    def __init__(self, path: Path, done: str, reason: str) -> None:
        super().__init__(f"{path.name} could not be {done}: {reason}.")


class StoreError(CitebackError):
    """The store could not be opened or written."""


class NoGeneration(StoreError):
    """Nothing has been indexed in this store yet."""


class DamagedGeneration(StoreError):
    """A file of a generation is missing or does not match its manifest."""


class OutdatedFormat(StoreError):
    """A generation has a format that is no longer read; its folders must be indexed again."""


class StoreLocked(StoreError):
    """Another process is writing to the store."""


class WriteError(StoreError):
    """Something could not be written, for example on a full disk; the published index is intact."""

    def __init__(self, path: Path, reason: str) -> None:
        message = f"{path} could not be written: {reason}. The previous index is unchanged."
        super().__init__(message, "free some space, then: citeback index")


class UnknownDocument(StoreError):
    """No document of that name is in the generation."""

    @classmethod
    def of(cls, name: str) -> "UnknownDocument":
        """Return the error for a name; it does not reveal whether a hidden document has that name."""
        return cls(f"No document is called {name!r}.", "citeback status")
