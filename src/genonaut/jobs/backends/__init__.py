"""ComfyUI servers as the queue knows them: rows, availability, offers."""
