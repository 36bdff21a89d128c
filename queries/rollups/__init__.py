"""Figures kept by hour and day."""
