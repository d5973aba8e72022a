"""Chat models: how one is reached, what it is told, what it streams. Must never know what is true."""
