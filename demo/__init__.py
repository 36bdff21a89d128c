"""Embedded servers and generated data for the demo and the tests."""
