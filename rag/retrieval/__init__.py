"""Question -> passages: by meaning and by words, then ranked anew."""
