"""The HTTP API and the websockets: assembly, middleware, errors, dependencies."""
