"""``genonaut comfyui``: the state of the ComfyUI servers."""
