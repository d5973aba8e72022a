"""Question -> passages: dense and lexical search, then reranking."""
