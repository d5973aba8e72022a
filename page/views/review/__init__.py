"""The sections of the Review tab as HTML."""
