"""Projects and their canvas on screen."""
