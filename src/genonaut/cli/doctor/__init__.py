"""``genonaut doctor``: check what Genonaut needs."""
