"""Complete lists: every date, amount, address, link, obligation or name in the documents, each a span."""
