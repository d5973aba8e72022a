"""English texts of the lower layers that the page says in its own language, with values as {name}."""
