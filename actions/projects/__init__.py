"""What is done in projects."""
