"""``genonaut grid``: vary parameters of a prompt, and write one labelled image."""
