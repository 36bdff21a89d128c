"""Usage and credits on screen."""
