"""How servers spell the names of model files: here always with ``/``, on Windows with a backslash.

Sources: ComfyUI folder_paths.py, recursive_search, which names files by ``os.path.relpath``; server.py,
GET /system_stats, whose ``os`` is Python's ``os.name``; execution.py, validate_inputs, which wants one
of the choices of a loader to the letter. ``win32`` is what ``sys.platform`` says of the same system.
"""

from collections.abc import Iterable

from genonaut.comfyui.wire import SystemInfo

_WINDOWS = frozenset({"nt", "win32"})


def is_windows(system: SystemInfo) -> bool:
    """Tell whether a backslash separates folders there; elsewhere it may be part of a name."""
    return system.os in _WINDOWS


def with_slashes(name: str) -> str:
    """Return our spelling of a name on Windows."""
    return name.replace("\\", "/")


def windows_names(names: Iterable[str]) -> dict[str, str]:
    """Return how a Windows server spells its names, by ours, where that is not the same."""
    return {with_slashes(name): name for name in names if "\\" in name}
