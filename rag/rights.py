"""What a user may do, and which documents they may see."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from citeback.index.errors import AccessDenied
from citeback.index.search.name_filter import NameFilter

ASK = "Whoever runs this page can give you a role."


class Role(StrEnum):
    """A user's role; each includes the rights of those before it.

    A reader asks questions. An editor adds and deletes documents in the indexed folders and syncs the index.
    An admin chooses the folders, rolls the index back, and chooses the writer of the answers.
    """

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Return whether this role includes the rights of another.

        >>> Role.ADMIN.covers(Role.EDITOR), Role.READER.covers(Role.EDITOR)
        (True, False)
        """
        order = tuple(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True)
class Rights:
    """A user's role, and glob patterns (see `NameFilter`) for the documents they may see; if empty, all."""

    role: Role
    patterns: tuple[str, ...] = ()

    @cached_property
    def visible(self) -> NameFilter:
        """Return the names that the user may see. Raises SettingsError for an invalid pattern."""
        return NameFilter(self.patterns)

    def require(self, role: Role, what: str) -> None:
        """Raise AccessDenied unless the user has `role`; `what` completes "You may not"."""
        if not self.role.covers(role):
            raise AccessDenied(f"You may not {what}: this requires the role {role}. {ASK}")

    def can_see(self, name: str) -> bool:
        """Return whether the user may see a document of this name."""
        return self.visible.matches(name)


ADMIN = Rights(Role.ADMIN)
"""The rights of whoever uses this computer directly."""
