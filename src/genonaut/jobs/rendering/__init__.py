"""Run claimed jobs in a worker: submit, follow, store the image, record the outcome."""
