"""Comparing a claim with a source text: a support score, and the signs that speak against support."""
