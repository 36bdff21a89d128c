"""Creators and their categories."""
