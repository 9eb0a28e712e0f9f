"""``genonaut thumbnails``: make thumbnails again from the stored images."""
