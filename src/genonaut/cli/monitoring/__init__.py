"""The live view of an environment in a terminal."""
