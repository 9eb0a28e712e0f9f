"""``genonaut up``: start everything one environment needs, keep it running, stop it in order."""
