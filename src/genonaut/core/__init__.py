"""Vocabulary without I/O that every other package may import."""
