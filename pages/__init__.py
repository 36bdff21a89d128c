"""One file per URL."""
