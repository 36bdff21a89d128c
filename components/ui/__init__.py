"""What every page draws with; no noun in it."""
