"""``genonaut uploads``: store, list and delete files that are inputs of jobs."""
