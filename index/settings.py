"""Settings of a store: embedding model, chunking, and generations to keep.

A store remembers its settings. Changing one that affects chunking or encoding rebuilds the index.
"""

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""Reads English."""

MULTILINGUAL_MODEL = "multilingual-e5-small"
"""Reads 94 languages; the extra `languages` installs it."""

MULTILINGUAL = "mul"
"""The language of a store whose documents are each in a language of their own (ISO 639-2)."""


class Settings(BaseModel):
    """Validated, immutable settings; unknown keys are rejected."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(DEFAULT_MODEL, min_length=1, description="sentence-transformers name or path")
    chunk_tokens: int = Field(200, ge=32, le=8192, description="most tokens a chunk may have")
    language: str = Field("en", pattern=r"^[a-z]{2,3}$", description="for sentence ends and word stems")
    keep: int = Field(2, ge=1, le=1000, description="generations that stay, the current one among them")

    @property
    def cutting(self) -> dict[str, str | int]:
        """Return the settings that affect chunking and encoding, by name."""
        return self.model_dump(exclude={"keep"})
