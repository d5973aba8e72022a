"""The reader: a small model that reads a question together with sentences."""
