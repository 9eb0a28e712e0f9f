"""Validate a submission and create its batch of jobs."""
