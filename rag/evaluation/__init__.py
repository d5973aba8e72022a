"""Questions with known answers -> figures; and drafts of such questions."""
