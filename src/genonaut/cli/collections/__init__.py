"""``genonaut collections``: list, fill, share and download collections."""
