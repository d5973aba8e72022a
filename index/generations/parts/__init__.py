"""The parts of a generation: how each is written, read and verified."""
