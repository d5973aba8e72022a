"""The command line: `cli.py`, safe output, rendering, and opening a store."""
