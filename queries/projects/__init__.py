"""Projects and their canvas."""
