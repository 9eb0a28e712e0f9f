"""Presets and styles, and the history and favourites of prompts."""
