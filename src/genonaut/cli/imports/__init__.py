"""``genonaut import``: import the data of other installations."""
