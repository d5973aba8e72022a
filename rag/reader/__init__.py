"""A small model that reads a question together with sentences, with its weights."""
