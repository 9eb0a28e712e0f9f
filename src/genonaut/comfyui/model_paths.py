"""Names of model files: Genonaut always uses ``/``, ComfyUI on Windows uses a backslash.

Sources: ComfyUI folder_paths.py, recursive_search, which names files by ``os.path.relpath``; server.py,
GET /system_stats, whose ``os`` is Python's ``os.name``; execution.py, validate_inputs, which accepts
only the exact choices of a loader. ``win32`` is the value of ``sys.platform`` on the same system.
"""

from collections.abc import Iterable

from genonaut.comfyui.wire import SystemInfo

_WINDOWS = frozenset({"nt", "win32"})


def is_windows(system: SystemInfo) -> bool:
    """Return whether the server runs on Windows; elsewhere a backslash may be part of a name."""
    return system.os in _WINDOWS


def with_slashes(name: str) -> str:
    """Return a Windows name with ``/`` between folders."""
    return name.replace("\\", "/")


def windows_names(names: Iterable[str]) -> dict[str, str]:
    """Return the names with a backslash by their form with ``/``."""
    return {with_slashes(name): name for name in names if "\\" in name}
