"""Pictures for a prompt: deterministic, cheap, and plainly marked as simulated."""
