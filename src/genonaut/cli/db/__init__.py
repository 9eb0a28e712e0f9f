"""``genonaut db``: migrate or reset the database."""
