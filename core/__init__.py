"""The outside world: settings, database, cache, identity, errors and telemetry."""
