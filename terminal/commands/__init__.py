"""One module for each longer command."""
