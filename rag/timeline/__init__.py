"""Dated statements in order: dates as written, and dates that follow from the day of their document."""
