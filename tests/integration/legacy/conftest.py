from tests.integration.content.conftest import admin, ann, bob, town

__all__ = ["admin", "ann", "bob", "town"]
