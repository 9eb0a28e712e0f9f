"""Versions of ComfyUI and the features that came with them.

Source: ComfyUI's history; observed on 0.3.64 and 0.33.0.
"""

import re

# Older servers ignore the prompt id and interrupt the running prompt, whichever it is. Source: ComfyUI
# pull request 9607 (commit 464ba1d6, 2025-09-02), first released in 0.3.57.
_TARGETED_INTERRUPT = (0, 3, 57)
_PREVIEW_METHOD = (0, 5)
_JOBS = (0, 6)
_JOB_CANCEL = (0, 26)


def supports_targeted_interrupt(version: str | None) -> bool:
    """Return whether POST /interrupt honours a prompt id; False for an unreadable version."""
    return _release_of(version) >= _TARGETED_INTERRUPT


def supports_preview_method(version: str | None) -> bool:
    """Return whether a prompt may request previews in ``extra_data.preview_method``."""
    return _release_of(version) >= _PREVIEW_METHOD


def supports_jobs(version: str | None) -> bool:
    """Return whether GET /api/jobs/{id} exists."""
    return _release_of(version) >= _JOBS


def supports_job_cancel(version: str | None) -> bool:
    """Return whether POST /api/jobs/{id}/cancel exists."""
    return _release_of(version) >= _JOB_CANCEL


def _release_of(version: str | None) -> tuple[int, ...]:
    found = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?", version or "")
    return () if found is None else tuple(int(part or 0) for part in found.groups())
