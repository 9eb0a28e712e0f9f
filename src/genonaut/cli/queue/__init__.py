"""``genonaut queue``: show, pause and resume the queue."""
