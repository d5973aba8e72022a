"""Runs commands in this process, or in one of their own if that matters."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from typer.testing import CliRunner

from citeback.index.embedding.query_encoder import NumpyQueryEncoder
from citeback.index.settings import DEFAULT_MODEL, Settings
from citeback.rag.reader.loading import load_english_reader
from citeback.terminal import cli

if TYPE_CHECKING:
    from citeback.index.embedding.sentence_encoder import SentenceEncoder

ROOT = Path(__file__).parents[1]
CLI = ("-m", "citeback")


def _loaded_once(settings: Settings) -> "SentenceEncoder":
    """Load the embedding model; the default one once in a process, since commands mostly wait for it."""
    load = _load if settings.model == DEFAULT_MODEL else _load.__wrapped__
    return load(settings.model_dump_json())


@cache
def _load(settings: str) -> "SentenceEncoder":
    from citeback.index.embedding.models.loading import load_model
    from citeback.index.embedding.sentence_encoder import SentenceEncoder

    read = Settings.model_validate_json(settings)
    return SentenceEncoder(load_model(read, None), read)


_query_encoder_of = NumpyQueryEncoder.of


def _query_encoder_once(settings: Settings) -> NumpyQueryEncoder | None:
    """Load the model that reads questions; the default one once in a process."""
    if settings.model != DEFAULT_MODEL:
        return _query_encoder_of(settings)
    return _query_encoder(settings.model_dump_json())


@cache
def _query_encoder(settings: str) -> NumpyQueryEncoder | None:
    return _query_encoder_of(Settings.model_validate_json(settings))


_reader_once = cache(load_english_reader)


class Typed:
    """The output and exit status of `citeback ARGUMENTS`, run in this process."""

    def __init__(self, *arguments: object, standard_input: bytes | None = None) -> None:
        with (
            patch("citeback.index.embedding.sentence_encoder.load_encoder", _loaded_once),
            patch.object(NumpyQueryEncoder, "of", staticmethod(_query_encoder_once)),
            patch("citeback.rag.reader.loading.load_english_reader", _reader_once),
        ):
            typed = [str(argument) for argument in arguments]
            result = CliRunner().invoke(cli.app, typed, input=standard_input)
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
