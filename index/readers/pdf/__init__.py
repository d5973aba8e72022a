"""PDFs to text: the text layer in reading order, scans, bookmarks, and pages as pictures."""
