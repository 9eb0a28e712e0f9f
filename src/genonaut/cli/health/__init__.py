"""``genonaut health``: probe the API or the worker of this machine."""
