"""``genonaut backup``: make, list, verify and restore backups."""
