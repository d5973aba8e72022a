"""Every attack by its name, in the order in which they are made."""

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
    """A few checks on one matter: `run` yields their outcomes. `quick` ones are run with every change."""

    name: str
    run: Callable[[Ground], Iterator[Outcome]]
    quick: bool = False


ATTACKS = (
    Attack("events", files.events, quick=True),
    Attack("paths", files.paths, quick=True),
    Attack("addresses", files.addresses),
    Attack("uploading", files.uploading),
    Attack("uploaded-by-another", files.uploaded_by_another),
    Attack("patterns", patterns.patterns),
    Attack("questions", patterns.questions),
    Attack("bodies", patterns.bodies),
    Attack("sites", cross.sites, quick=True),
    Attack("origins", cross.origins),
    Attack("names", cross.names),
    Attack("headers", cross.headers, quick=True),
    Attack("sessions", cross.sessions),
    Attack("environment", cross.environment),
    Attack("cutting", indexing.cutting),
    Attack("memory", indexing.memory),
    Attack("stopping", indexing.stopping),
    Attack("models", indexing.models),
    Attack("idle", connections.idle),
    Attack("halves", connections.halves),
    Attack("dripping", connections.dripping),
    Attack("abandoned", connections.abandoned),
    Attack("smuggling", connections.smuggling),
    Attack("ending", connections.ending),
    Attack("emptied", disks.emptied),
    Attack("unlistable", disks.unlistable),
    Attack("swapped", disks.swapped),
    Attack("members", disks.members),
    Attack("damaged", disks.damaged),
    Attack("readonly", disks.readonly),
    Attack("writes", roles.writes),
    Attack("rights", roles.rights),
    Attack("guessing", passwords.guessing),
    Attack("forwarded", passwords.forwarded),
    Attack("timing", passwords.timing),
    Attack("standing", passwords.standing),
    Attack("writing", passwords.writing),
    Attack("beside", trouble.beside),
    Attack("feedback", trouble.feedback),
    Attack("written", trouble.written),
    Attack("modes", trouble.modes),
    Attack("views", strange.views),
    Attack("logged", strange.logged),
    Attack("uploads", strange.uploads),
    Attack("endless", strange.endless),
    Attack("errors", strange.errors),
    Attack("terminal", contents.terminal),
    Attack("inclusions", contents.inclusions),
    Attack("large", contents.large),
    Attack("values", contents.values),
)
