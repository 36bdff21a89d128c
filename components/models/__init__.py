"""Voices and avatars on screen."""
