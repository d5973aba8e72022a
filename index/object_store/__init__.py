"""An index on an object store: Lance tables, published by a manifest that can be created only once."""
