"""Complete lists: every item of a kind in all documents, found by rules."""
