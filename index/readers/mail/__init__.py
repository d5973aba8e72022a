"""Mail, what is attached to it, calendars, address books and notes to text."""
