"""What each program writes, and where."""
