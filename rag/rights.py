"""What a user may do, and which documents they may see."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from index.errors import Forbidden
from index.names import Names

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
    """A user's role, and glob patterns (see `Names`) for the documents they may see; if empty, all."""

    role: Role
    patterns: tuple[str, ...] = ()

    @cached_property
    def may(self) -> Names:
        """Return the names that the user may see. Raises SettingsError for an invalid pattern."""
        return Names(self.patterns)

    def need(self, role: Role, what: str) -> None:
        """Raise Forbidden unless the user has `role`; `what` completes "You may not", as in "add files"."""
        if not self.role.covers(role):
            raise Forbidden(f"You may not {what}: this requires the role {role}. {ASK}")

    def see(self, name: str) -> bool:
        """Return whether the user may see a document of this name."""
        return self.may.fits(name)


ADMIN = Rights(Role.ADMIN)
"""The rights of whoever uses this computer directly."""
