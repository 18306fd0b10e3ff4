"""Measurements: how fast chat and pages are, each beside something known."""
