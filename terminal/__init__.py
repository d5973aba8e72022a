"""What `cli.py` is made of: text that is safe to print, values as text, stores opened for a command."""
