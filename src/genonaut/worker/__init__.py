"""The worker process: binds tasks to handlers, and keeps its loops alive."""
