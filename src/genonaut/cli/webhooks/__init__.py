"""``genonaut webhooks``: test webhooks."""
