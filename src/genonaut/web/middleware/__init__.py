"""ASGI middleware: request guard, authentication, headers."""
