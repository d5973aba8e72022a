"""Plain logging to standard error.

The handlers that libraries install draw boxes and import modules when they log: once a process has run out of
descriptors, that import fails and takes the server down.
"""

import logging
import sys

FORM = "%(levelname)s %(name)s: %(message)s"


def configure_logging() -> None:
    """Log everything to standard error, unless logging is already configured.

    Call it before a library that configures logging itself: `logging.basicConfig` then changes nothing.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORM))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
