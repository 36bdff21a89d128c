"""What is done to jobs."""
