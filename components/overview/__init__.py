"""Figures and work of every noun on one page."""
