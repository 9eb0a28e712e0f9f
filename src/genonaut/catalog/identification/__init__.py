"""Identify model files by header, metadata, sidecars, folder and, as a last resort, name."""
