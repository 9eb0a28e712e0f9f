"""Texts of image, video and audio files, by container format."""
