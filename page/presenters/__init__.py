"""What each tab shows after each event; every error becomes words here."""
