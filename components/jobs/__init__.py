"""The queue on screen."""
