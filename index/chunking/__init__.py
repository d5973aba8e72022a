"""Sources -> chunks: cut at headings, paragraphs and sentences, within what a model reads."""
