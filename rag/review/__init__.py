"""A table of answers: the same questions asked of each document, one cell for each."""
