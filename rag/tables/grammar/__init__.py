"""A question and what it mentions of a table -> readings."""
