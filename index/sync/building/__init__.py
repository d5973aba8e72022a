"""Building the next generation: reusing unchanged rows, computing new ones, surviving interruptions."""
