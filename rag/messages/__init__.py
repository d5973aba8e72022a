"""Messages for users, in English, German, French and Spanish."""
