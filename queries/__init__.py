"""Every read, as pure functions from a filter to a Select."""
