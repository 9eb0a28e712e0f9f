"""Build ComfyUI graphs in the API format from parts that compose; pure and deterministic."""
