"""Images for a prompt: deterministic, cheap, and marked as simulated."""
