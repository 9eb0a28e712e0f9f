"""Model files: which exist, what each one is, and which of them work together."""
