"""The write side: files -> Source -> Chunk -> vectors and words -> one published generation."""
