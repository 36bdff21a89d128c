"""The audit log on screen."""
