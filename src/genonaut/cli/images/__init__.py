"""``genonaut images``: the items of the gallery."""
