"""A question over a table -> typed plans and their results, with cells."""
