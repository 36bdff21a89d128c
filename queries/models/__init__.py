"""Voices and avatars."""
