"""``genonaut seed``: fill an empty gallery with a few images."""
