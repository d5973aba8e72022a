"""Mail, attachments, calendars, address books and notes to text."""
