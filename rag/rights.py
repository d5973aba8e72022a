"""What one person may do, and which documents they may see."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from index.errors import Forbidden
from index.within import EVERYTHING, Filter

ASK = "Whoever runs this page gives roles."


class Role(StrEnum):
    """What a person is here for; each may do what those before it may.

    A reader asks. An editor adds and deletes documents in the folders that are indexed, and brings the index
    in line with them. An admin chooses the folders, goes back to earlier states of the index, and chooses who
    writes the answers.
    """

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Tell whether this role may do what another may.

        >>> Role.ADMIN.covers(Role.EDITOR), Role.READER.covers(Role.EDITOR)
        (True, False)
        """
        order = tuple(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True)
class Rights:
    """A person's role, and patterns (as in `Filter`) for the names of what they may see; none: everything."""

    role: Role
    patterns: tuple[str, ...] = ()

    @cached_property
    def may(self) -> Filter:
        """Return the filter that passes what the person may see."""
        return Filter(paths=self.patterns) if self.patterns else EVERYTHING

    def need(self, role: Role, what: str) -> None:
        """Raise Forbidden where another role is needed for `what` is to be done, as in "add documents"."""
        if not self.role.covers(role):
            raise Forbidden(f"You may not {what}: that takes the role {role}. {ASK}")

    def see(self, name: str) -> bool:
        """Tell whether the person may see a document of this name."""
        return self.may.fits(name)


ADMIN = Rights(Role.ADMIN)
"""Those of whoever sits at this computer."""
