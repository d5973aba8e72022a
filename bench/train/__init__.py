"""Training of the reader: open data to examples, a run, an evaluation, the weights that ship."""
