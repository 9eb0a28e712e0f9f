"""How the C library keeps freed memory."""

import ctypes

# Source: glibc, malloc/malloc.h and mallopt(3).
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_MAPPED_BYTES = 512 * 1024
"""Blocks from this size, such as decoded images, are mapped alone, and unmapped when they are freed."""
_FREE_BYTES = 1024 * 1024
"""More free memory at the end of the heap is returned."""


def return_freed_memory() -> None:
    """Make glibc return the memory of large blocks, and use one heap for all threads.

    By default the limit from which blocks are mapped rises to the largest one that was freed, and each
    thread that decodes an image keeps a heap of its own: one upload left 7 MiB more. Other C libraries
    ignore this. To be called before threads are started.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    mallopt(_MMAP_THRESHOLD, _MAPPED_BYTES)
    mallopt(_TRIM_THRESHOLD, _FREE_BYTES)
    mallopt(_ARENA_MAX, 1)


def trim() -> None:
    """Return memory that is free now, as after the start of a process; nothing without glibc."""
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim is not None:
        malloc_trim(0)
