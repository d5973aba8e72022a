"""Files where they stand: found in folders, opened without following links, kept private."""
