"""Turn errors into ``application/problem+json`` answers."""
