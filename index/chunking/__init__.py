"""Sources -> chunks: split at headings, paragraphs and sentences, within the model's input limit."""
