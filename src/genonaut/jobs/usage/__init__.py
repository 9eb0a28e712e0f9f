"""What each user has used: jobs, render time, storage."""
