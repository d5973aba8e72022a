"""What a claim has in common with a text, and what not. Must never know documents or who wrote it."""
