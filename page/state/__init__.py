"""What the page keeps: conversations, preferences, feedback, and the folders behind it."""
