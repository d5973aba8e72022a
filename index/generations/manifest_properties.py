"""The properties of every generation, wherever it is stored."""

from citeback.index.closeable import Closeable
from citeback.index.generations.parts.manifest import CommonManifest
from citeback.index.settings import Settings


class ManifestProperties(Closeable):
    """The properties of a generation that its manifest holds."""

    manifest: CommonManifest

    def __len__(self) -> int:
        """Return the number of chunks."""
        return self.manifest.counts.chunks

    def __bool__(self) -> bool:
        """Return True, even for a generation without chunks."""
        return True

    @property
    def number(self) -> int:
        """Return the generation's number; later ones are higher."""
        return self.manifest.number

    @property
    def created(self) -> str:
        """Return when its folders were listed (UTC, ISO 8601)."""
        return self.manifest.created

    @property
    def settings(self) -> Settings:
        """Return the settings that the documents were indexed with."""
        return self.manifest.settings

    @property
    def fingerprint(self) -> str:
        """Return the embedding model's fingerprint; empty if nothing was ever encoded."""
        return self.manifest.fingerprint

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the indexed folders, as absolute paths or addresses of buckets."""
        return self.manifest.folders
