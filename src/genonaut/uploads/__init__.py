"""Files that users bring: images, videos and audio as inputs of jobs."""
