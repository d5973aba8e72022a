"""Search over chunks: dense, lexical, and restricted by filters."""
