"""ComfyUI workflows: their conversion to graphs, and forms derived from them."""
