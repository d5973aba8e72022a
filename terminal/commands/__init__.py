"""A module for each command that is more than a few lines."""
