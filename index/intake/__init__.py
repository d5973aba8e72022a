"""Files -> sources, read in processes of their own. Must never know models or generations."""
