"""``genonaut monitor``: a live view of queue, workers and ComfyUI servers."""
