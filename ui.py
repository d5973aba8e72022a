"""Serves the page of the store in this folder: `python ui.py`. With options: `citeback chat`."""

import shlex
import sys

from citeback.index.errors import CitebackError
from citeback.page.launch import serve

if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(f"python ui.py takes no arguments. Next: citeback chat {shlex.join(sys.argv[1:])}")
    try:
        serve()
    except CitebackError as error:
        sys.exit(str(error))
