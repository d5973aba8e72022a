"""A question and its mentions of a table -> readings."""
