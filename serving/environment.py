"""What of the environment the page's library sees: nothing. Must be shut before the library is imported."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from tempfile import TemporaryDirectory

LIBRARY = "GRADIO_"


@contextmanager
def shut(environment: MutableMapping[str, str]) -> Iterator[None]:
    """Take away, for a while, every variable by which Gradio opens more; give it a folder of its own.

    `GRADIO_ALLOWED_PATHS`, for one, serves files by their paths; some are read when it is imported. Its
    default folder, /tmp/gradio, belongs to whichever of the computer's users was first.
    """
    before = {name: value for name, value in environment.items() if name.upper().startswith(LIBRARY)}
    with TemporaryDirectory(prefix="citeback-") as folder:  # for its owner alone, whatever the umask
        for name in before:
            del environment[name]
        environment.update(GRADIO_TEMP_DIR=folder, GRADIO_ANALYTICS_ENABLED="False")
        try:
            yield
        finally:
            del environment["GRADIO_TEMP_DIR"], environment["GRADIO_ANALYTICS_ENABLED"]
            environment.update(before)
