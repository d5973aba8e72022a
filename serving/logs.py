"""What is logged, written to standard error in plain lines. Must never know who logs.

The handlers that libraries install for themselves draw boxes, and import modules when something is logged:
where the process has no descriptor left, that import fails, and takes the server with it.
"""

import logging
import sys

FORM = "%(levelname)s %(name)s: %(message)s"


def write_plainly() -> None:
    """Have everything that is logged written to standard error, unless the program has said where to.

    Called before a library that would say so itself: `logging.basicConfig` then changes nothing.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORM))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
