"""``genonaut notify``."""
