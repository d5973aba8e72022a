"""Chat models: reaching one, prompting it, and reading its stream."""
