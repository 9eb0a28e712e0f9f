"""Dynamic prompts: choices and wildcards, and the stored lists of wildcards."""
