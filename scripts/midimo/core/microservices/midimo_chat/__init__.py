"""The client of midimo."""
