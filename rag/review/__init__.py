"""The same questions asked of each document: cells, saved as they come."""
