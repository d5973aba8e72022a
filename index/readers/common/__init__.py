"""Shared by several readers: decoding, text blocks, tables, dates, limits."""
