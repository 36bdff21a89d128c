"""Calls of other services on screen."""
