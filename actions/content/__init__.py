"""What is done to content."""
