"""Claims, pauses, the sweep, waiting reasons, and the list of workers."""
