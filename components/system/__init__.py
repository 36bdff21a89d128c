"""The Desk's own parts on screen."""
