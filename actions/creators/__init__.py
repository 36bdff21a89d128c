"""What is done to creators."""
