"""Attacks on the running server with real requests: security invariants, one line a check."""
