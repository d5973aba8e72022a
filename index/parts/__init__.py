"""What a generation is made of: how each part is written, read and checked. Must never know questions."""
