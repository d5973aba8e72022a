"""Passages -> the sentences that answer: scored, selected and trimmed."""
