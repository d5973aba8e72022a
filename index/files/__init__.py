"""The files of folders: listed, opened without following links, kept private."""
