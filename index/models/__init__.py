"""What an embedding model is and computes: tokens to vectors. Must never know chunks or the store."""
