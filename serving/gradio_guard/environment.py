"""Hides environment variables from Gradio. Must be active before Gradio is imported."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from tempfile import TemporaryDirectory

LIBRARY = "GRADIO_"


@contextmanager
def isolated_environment(environment: MutableMapping[str, str]) -> Iterator[None]:
    """Remove every variable that configures Gradio, for a while, and give it a temporary folder of its own.

    `GRADIO_ALLOWED_PATHS`, for one, serves files by path; some variables are read on import. The default
    folder, /tmp/gradio, belongs to whichever user of the computer came first.
    """
    before = {name: value for name, value in environment.items() if name.upper().startswith(LIBRARY)}
    with TemporaryDirectory(prefix="citeback-") as folder:  # private to its owner, whatever the umask
        for name in before:
            del environment[name]
        environment.update(GRADIO_TEMP_DIR=folder, GRADIO_ANALYTICS_ENABLED="False")
        try:
            yield
        finally:
            del environment["GRADIO_TEMP_DIR"], environment["GRADIO_ANALYTICS_ENABLED"]
            environment.update(before)
