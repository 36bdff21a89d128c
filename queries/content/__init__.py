"""Content and its review."""
