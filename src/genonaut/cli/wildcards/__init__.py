"""``genonaut wildcards``: the lists from which dynamic prompts draw."""
