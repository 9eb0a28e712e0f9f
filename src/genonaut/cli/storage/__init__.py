"""``genonaut storage``: check the stored files."""
