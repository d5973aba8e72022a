"""HTML of the page: pure functions of what is shown."""
