"""Helpers of `terminal/cli.py`: safe output, rendering, and opening a store for a command."""
