"""The most important statements, under their headings."""
