"""The worker process: runs the handlers of tasks, and its loops."""
