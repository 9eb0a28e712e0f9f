"""State changes of jobs and attempts."""
