"""The queue as a whole: pauses, and the workers that work it off."""
