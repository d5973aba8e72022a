"""Files that are text already: plain, Markdown, reStructuredText, source code, CSV, JSON."""
