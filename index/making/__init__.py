"""From one generation to the next: what is taken over, what is made anew, and what a kill must not cost."""
