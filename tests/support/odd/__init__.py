"""Rows and values as nobody expects them."""
