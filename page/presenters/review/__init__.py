"""Handlers of the Review tab, which turn every error into a message."""
