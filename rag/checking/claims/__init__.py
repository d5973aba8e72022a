"""Comparing a claim with a source text: a support score, and signs against support."""
