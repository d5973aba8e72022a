"""A draft against the documents: sentences, their passages, and verdicts."""
