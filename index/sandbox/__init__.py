"""Reading and chunking files in sandboxed processes."""
