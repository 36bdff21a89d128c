"""The plain-HTTP side: gate middleware, sign-in, health and metrics."""
