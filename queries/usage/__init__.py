"""Usage and credits."""
