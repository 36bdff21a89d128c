"""The product's schema, for the demo and the tests, and the Desk's own migrations."""
