"""What the sections of the Review tab show, as frozen values."""
