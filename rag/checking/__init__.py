"""Draft sentences against their sources: verdicts, and the citations that support them."""
