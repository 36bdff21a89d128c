"""One field that finds anything."""
