"""``genonaut redis``: list, describe or delete the keys of an environment."""
