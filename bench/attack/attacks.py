"""The list of attacks, in order of execution."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.attack import (
    connections,
    contents,
    cross,
    disks,
    files,
    indexing,
    passwords,
    patterns,
    roles,
    strange,
    trouble,
)
from bench.attack.ground import Ground
from bench.attack.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Attack:
    """A few related checks; `run` yields their outcomes. `quick` ones run with every change.

    Attacks that need no server in the state in which others left it, or that mostly wait, have `own` set and
    run in parallel with the others.
    """

    name: str
    run: Callable[[Ground], Iterator[Outcome]]
    quick: bool = False
    own: bool = False


ATTACKS = (
    Attack("events", files.events, quick=True),
    Attack("paths", files.paths, quick=True),
    Attack("addresses", files.addresses, quick=True),
    Attack("uploading", files.uploading, quick=True),
    Attack("uploaded-by-another", files.uploaded_by_another, quick=True),
    Attack("patterns", patterns.patterns, quick=True),
    Attack("questions", patterns.questions),
    Attack("bodies", patterns.bodies),
    Attack("sites", cross.sites, quick=True),
    Attack("origins", cross.origins),
    Attack("names", cross.names, own=True),
    Attack("headers", cross.headers, quick=True),
    Attack("sessions", cross.sessions),
    Attack("environment", cross.environment, own=True),
    Attack("cutting", indexing.cutting, own=True),
    Attack("memory", indexing.memory, own=True),
    Attack("stopping", indexing.stopping, own=True),
    Attack("models", indexing.models, own=True),
    Attack("idle", connections.idle, own=True),
    Attack("halves", connections.halves, own=True),
    Attack("dripping", connections.dripping, own=True),
    Attack("abandoned", connections.abandoned, own=True),
    Attack("smuggling", connections.smuggling, own=True),
    Attack("ending", connections.ending, own=True),
    Attack("emptied", disks.emptied, own=True),
    Attack("unlistable", disks.unlistable, own=True),
    Attack("swapped", disks.swapped, own=True),
    Attack("members", disks.members, own=True),
    Attack("damaged", disks.damaged, own=True),
    Attack("readonly", disks.readonly, own=True),
    Attack("writes", roles.writes, own=True),
    Attack("rights", roles.rights, quick=True),
    Attack("forwarded", passwords.forwarded),
    Attack("timing", passwords.timing),
    Attack("standing", passwords.standing),
    Attack("writing", passwords.writing, own=True),
    Attack("feedback", trouble.feedback, own=True),
    Attack("beside", trouble.beside, own=True),
    Attack("written", trouble.written),
    Attack("modes", trouble.modes, own=True),
    Attack("views", strange.views),
    Attack("logged", strange.logged),
    Attack("uploads", strange.uploads),
    Attack("endless", strange.endless),
    Attack("errors", strange.errors),
    Attack("terminal", contents.terminal, own=True),
    Attack("inclusions", contents.inclusions, own=True),
    Attack("large", contents.large, own=True),
    Attack("values", contents.values),
    Attack("guessing", passwords.guessing),
)
