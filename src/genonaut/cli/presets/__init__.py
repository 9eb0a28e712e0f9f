"""``genonaut presets``: presets and styles of submissions."""
