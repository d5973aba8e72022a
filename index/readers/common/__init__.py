"""What several readers share: decoding, blocks of text, tables, dates, limits."""
