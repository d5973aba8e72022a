"""Word documents to take away: answers with footnotes, and drafts with comments."""
