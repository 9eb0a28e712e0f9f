"""The ``genonaut`` command: one module per command group, each imported when it is asked for."""
