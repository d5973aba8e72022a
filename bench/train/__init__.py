"""Training of the reader: open data to examples, training, evaluation and export of the weights."""
