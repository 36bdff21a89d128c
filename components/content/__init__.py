"""Content and its review on screen."""
