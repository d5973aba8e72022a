"""Web pages, e-books and XML to text."""
