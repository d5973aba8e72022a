"""Folders -> the next generation: what changed is found, read, encoded and published."""
