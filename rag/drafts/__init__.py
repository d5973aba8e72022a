"""A draft against the documents: each of its claims with a verdict and the words that decide it."""
