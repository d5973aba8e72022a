"""Search over chunks: by vectors, by words, and by what documents pass a filter."""
