"""``genonaut jobs``: list, show, cancel and retry jobs."""
