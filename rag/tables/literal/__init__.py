"""A question read literally: every word of it is a head, a cell, or one of a few words of asking."""
