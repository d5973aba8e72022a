"""The Review tab: work over the whole folder, a section for each kind."""
