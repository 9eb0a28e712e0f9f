"""``genonaut upscale``."""
