"""Starts a module of Citeback as a process, with the same interpreter and from the same place."""

import os
import sys
from pathlib import Path

PATIENCE = 10.0
"""Seconds by the clock for each second of processor time that a process may use.

On a busy machine, a process gets a small share of a processor; that is no reason to give up a file.
"""

_ROOT = str(Path(__file__).parents[3])  # site-packages, or a checkout that need not be installed


def module_command(module: str) -> tuple[str, ...]:
    """Return the command that runs a module; -P keeps the current directory out of its search path."""
    return (sys.executable, "-P", "-m", module)


def module_environment() -> dict[str, str]:
    """Return this process's environment, with this Citeback first on the search path."""
    paths = (_ROOT, os.environ.get("PYTHONPATH"))
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
