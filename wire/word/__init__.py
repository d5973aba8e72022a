"""Exports to Word: answers with footnotes, drafts with comments."""
