"""Runs commands in this process, or in one of their own if that matters."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from citeback.terminal import cli

ROOT = Path(__file__).parents[1]
CLI = ("-m", "citeback")


class Typed:
    """The output and exit status of `citeback ARGUMENTS`, run in this process."""

    def __init__(self, *arguments: object) -> None:
        result = CliRunner().invoke(cli.app, [str(argument) for argument in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        self.status = result.exit_code
        self.out = result.stdout_bytes.decode()
        self.err = result.stderr

    @property
    def json(self) -> Any:
        """Return standard output, which must be one line of JSON, parsed."""
        (line,) = self.lines
        return line

    @property
    def lines(self) -> list[Any]:
        """Return standard output as parsed lines of JSON."""
        assert self.out.endswith("\n")
        return [json.loads(line) for line in self.out.split("\n")[:-1]]


def process(*arguments: object, **settings: Any) -> subprocess.Popen[bytes]:
    """Start `citeback ARGUMENTS` in a process of its own, with both outputs piped."""
    command = [sys.executable, *CLI, *map(str, arguments)]
    environment = {"PYTHONPATH": str(ROOT), **os.environ}
    outputs: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment}
    return subprocess.Popen(command, **(outputs | settings))
