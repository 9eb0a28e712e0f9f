"""The generation queue: from a submitted prompt to a stored image."""
