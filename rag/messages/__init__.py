"""What Citeback says to people, in each of its languages."""
