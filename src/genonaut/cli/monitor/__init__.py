"""``genonaut monitor``: the queue and the workers, live."""
