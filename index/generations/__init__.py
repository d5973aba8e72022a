"""Generations of the index on disk: one opened, all that are kept, going back to one."""
