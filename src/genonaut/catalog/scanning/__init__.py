"""Finding model files on disk and keeping up with their changes."""
