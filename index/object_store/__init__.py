"""An index on an object store."""
