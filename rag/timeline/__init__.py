"""Dated statements in order."""
