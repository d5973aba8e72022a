"""Mail, what is attached to it, and calendars to text."""
