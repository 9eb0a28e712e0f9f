"""``genonaut up`` and ``genonaut demo``: start and supervise all processes of an environment."""
