"""An attack on the running server with real requests: what must hold whoever asks, a line a check."""
