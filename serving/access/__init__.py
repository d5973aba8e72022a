"""Access control: passwords, rates, origins."""
