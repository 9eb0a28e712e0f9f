"""Modules of libraries that are loaded when something of them is used first."""

import importlib
from types import ModuleType
from typing import Any


class DeferredModule:
    """Stands for a module; the first attribute that is read loads it.

    For libraries that most processes do not need and that cost megabytes. Reading is safe from several
    threads: Python loads a module once. Attributes cannot be set through it. ``importlib.util.LazyLoader``
    is not safe before Python 3.12.3 (https://github.com/python/cpython/issues/114763).
    """

    def __init__(self, name: str, *needed: str) -> None:
        """Name the module, and the modules to load together with it."""
        self._name = name
        self._needed = needed
        self._module: ModuleType | None = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        """Return an attribute of the module."""
        module = self._module
        if module is None:
            module = importlib.import_module(self._name)
            for other in self._needed:
                importlib.import_module(other)
            self._module = module
        return getattr(module, name)
