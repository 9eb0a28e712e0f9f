"""Releases of ComfyUI that the simulator can imitate, and what changed between them.

Sources: recordings of 0.3.64 and 0.33.0; the first release of each change is from ComfyUI's history.
"""

import re

# What ``--comfyui-version`` accepts, and the version that the simulator reports.
VERSIONS = {"0.3.64": "0.3.64", "0.33": "0.33.0"}

Release = tuple[int, ...]

CREATE_TIME: Release = (0, 3, 69)  # the server adds extra_data.create_time
PREVIEW_METHOD: Release = (0, 5)  # extra_data.preview_method
JOBS: Release = (0, 6)  # GET /api/jobs
COMBOS_CHECKED: Release = (0, 8)  # options of V3 combo inputs are validated
MISSING_NODE_TYPE: Release = (0, 12)  # error type for unknown classes
CROSS_SITE: Release = (0, 19)  # Sec-Fetch-Site: cross-site is refused
PYAV_IMAGES: Release = (0, 21)  # LoadImage decodes with PyAV; paths stay inside their folder
DEPENDENCY_CYCLE: Release = (0, 20)  # error type for cycles
THROTTLED_PROGRESS: Release = (0, 20)  # not dated exactly: not in 0.3.64, present in 0.33.0
BARE_NAMES: Release = (0, 25)  # not dated exactly: names of sounds end with the counter
FORCED_DOWNLOADS: Release = (0, 28)  # /view of HTML, scripts and SVG
FAST_START: Release = (0, 30)  # MP4 files start with their index
JOB_CANCEL: Release = (0, 26)  # POST /api/jobs/cancel; prompt ids must be UUIDs
NODES: Release = (0, 33)  # node definitions recorded from 0.33.0


def release_of(version: str) -> Release:
    """Return the numbers of a version such as ``0.33.0``; empty if it has none."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", version)
    return () if found is None else tuple(int(part) for part in found[1].split("."))
