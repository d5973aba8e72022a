"""Questions with known answers -> figures; and questions to begin measuring with."""
