"""The command ``genonaut cleanup``."""
