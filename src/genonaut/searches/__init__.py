"""Saved searches of the gallery and their alerts."""
