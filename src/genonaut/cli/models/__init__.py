"""``genonaut models``: scan, list, edit and hash models."""
