"""Folders -> the next generation: changed files are detected, read, encoded and published."""
