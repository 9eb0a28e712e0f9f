"""``genonaut workflows``: ComfyUI workflows."""
