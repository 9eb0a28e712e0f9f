"""``genonaut metadata``: prompts and settings embedded in files."""
