"""Tables that compute: a question over a table becomes a typed plan, and the plan a figure with its cells."""
