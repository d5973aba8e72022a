"""Helpers of `cli.py`: safe output, rendering, and opening a store for a command."""
