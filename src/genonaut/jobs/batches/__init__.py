"""Read submissions: batches with their jobs."""
