"""The ``genonaut`` command: one package or module per command, imported when it runs."""
