"""Runs a third-party program under limits: memory, file sizes, processor time, and no network.

Started as `python -m citeback.index.sandbox.limited SECONDS PROGRAM ARGUMENT ...`; it becomes the program.
"""

import os
import sys

from citeback.index.sandbox.child import MEMORY

MOST_WRITTEN = 256 * 2**20
"""Bytes of the largest file that the program may write."""

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET


def main() -> None:
    """Limit this process, and replace it with the program."""
    seconds, *command = sys.argv[1:]
    _limit(int(seconds))
    _leave_network()
    os.execvp(command[0], command)  # noqa: S606  the program that the caller chose


def _limit(seconds: int) -> None:
    import resource

    for kind, most in (
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # Processor time: a second to end by the signal that says why.
        last = allowed + 1 if kind == resource.RLIMIT_CPU and allowed != hard else allowed
        resource.setrlimit(kind, (allowed, last))


def _leave_network() -> None:
    """Enter a network namespace without interfaces, where the system allows it (Linux only)."""
    if sys.platform != "linux":
        return
    import ctypes

    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    if unshare is not None:
        unshare(_NEW_USER | _NEW_NETWORK)  # refused by some systems; the program's own settings remain


if __name__ == "__main__":
    main()
