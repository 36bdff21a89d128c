"""The staff on screen."""
