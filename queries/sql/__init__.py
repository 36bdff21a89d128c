"""What every query is made with; no noun in it."""
