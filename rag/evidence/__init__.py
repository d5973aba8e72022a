"""Passages -> the sentences that answer: scored, selected, and cut to what a person needs."""
