"""What operators ask: is every part well, and what to change where not."""
