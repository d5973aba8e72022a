"""HTTP itself: the server, its connections and their limits."""
