"""``genonaut users``: manage accounts."""
