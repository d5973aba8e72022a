"""Commands as a person types them: run in this process, or in one of their own where that matters."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

import cli

ROOT = Path(__file__).parents[1]
CLI = ("-m", "cli")


class Typed:
    """What `citeback ARGUMENTS` printed and how it ended; commands run in this process."""

    def __init__(self, *arguments: object) -> None:
        result = CliRunner().invoke(cli.app, [str(argument) for argument in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        self.status = result.exit_code
        self.out = result.stdout_bytes.decode()
        self.err = result.stderr

    @property
    def json(self) -> Any:
        """Return standard output as the one line of JSON that it must be."""
        (line,) = self.lines
        return line

    @property
    def lines(self) -> list[Any]:
        """Return standard output as lines of JSON."""
        assert self.out.endswith("\n")
        return [json.loads(line) for line in self.out.split("\n")[:-1]]


def process(*arguments: object, **settings: Any) -> subprocess.Popen[bytes]:
    """Start `citeback ARGUMENTS` in a process of its own, both outputs in pipes."""
    command = [sys.executable, *CLI, *map(str, arguments)]
    environment = {"PYTHONPATH": str(ROOT), **os.environ}
    outputs: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment}
    return subprocess.Popen(command, **(outputs | settings))
