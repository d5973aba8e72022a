"""Commands that reproduce every figure in the docs; never imported by the product."""
