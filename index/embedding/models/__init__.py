"""Embedding models: tokenizers, weights, and forward passes on a CPU."""
