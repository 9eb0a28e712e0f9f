"""Write what scans and ComfyUI servers report into the catalogue."""
