"""The tests: one file per behaviour, one cast for all."""
