"""Creators and their categories on screen."""
