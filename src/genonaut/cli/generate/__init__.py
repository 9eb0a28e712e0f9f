"""``genonaut generate``: submit a job and follow it in the terminal."""
