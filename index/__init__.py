"""The write side: files -> Source -> Chunk -> vectors and postings -> one published generation."""
