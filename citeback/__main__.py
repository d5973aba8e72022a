"""The command line as a module: `python -m citeback`."""

from citeback.terminal.cli import main

if __name__ == "__main__":
    main()
