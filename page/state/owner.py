"""Whose things are kept where there are no users."""

YOU = "you"  # the user name when there are no users
