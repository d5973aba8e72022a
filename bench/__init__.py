"""Commands that reproduce every figure in the docs; the product never imports them."""
