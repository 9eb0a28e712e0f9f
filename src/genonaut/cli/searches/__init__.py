"""``genonaut searches``: saved searches of the gallery and their alerts."""
