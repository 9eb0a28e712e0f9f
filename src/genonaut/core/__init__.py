"""Types and functions without I/O that every other package may import."""
