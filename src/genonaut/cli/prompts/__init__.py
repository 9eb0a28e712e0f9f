"""``genonaut prompts``: earlier and favourite prompts."""
