"""Made-up worlds, and what their figures are by plain arithmetic over their rows."""
