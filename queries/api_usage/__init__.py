"""Calls of other services."""
