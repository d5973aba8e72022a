"""Generations of the index on disk: opening, keeping and rolling back."""
