"""``genonaut users``: manage users."""
