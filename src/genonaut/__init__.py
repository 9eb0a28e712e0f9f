"""Genonaut: a multi-user image-generation service in front of ComfyUI servers."""
