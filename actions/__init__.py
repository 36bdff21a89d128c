"""Verbs that change the world, each audited in its own transaction."""
