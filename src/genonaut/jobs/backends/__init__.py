"""ComfyUI servers as the queue sees them: rows, availability, offers."""
