from typing import Any

import msgspec
import pytest

from genonaut.comfyui import SystemStats
from genonaut.comfyui.versions import (
    supports_job_cancel,
    supports_jobs,
    supports_preview_method,
    supports_targeted_interrupt,
)


@pytest.mark.parametrize(
    ("version", "features"),
    [
        ("0.3.56", 0),
        ("0.3.57", 1),
        ("0.3.64", 1),
        ("v0.4", 1),
        ("0.5.0", 2),
        ("0.6.0", 3),
        ("0.25.9", 3),
        ("0.26", 4),
        ("0.33.0", 4),
        ("1.0.0", 4),
        ("nightly", 0),
        (None, 0),
    ],
)
def test_features_came_in_this_order(version: str | None, features: int) -> None:
    found = [
        supports_targeted_interrupt(version),
        supports_preview_method(version),
        supports_jobs(version),
        supports_job_cancel(version),
    ]
    assert found == [True] * features + [False] * (4 - features)


@pytest.mark.parametrize(
    ("version", "argv", "has_previews"),
    [
        ("0.33.0", ["main.py"], True),
        ("0.3.64", ["main.py"], False),
        ("0.3.64", ["main.py", "--preview-method", "auto"], True),
        ("0.3.64", ["main.py", "--preview-method=taesd"], True),
        ("0.3.64", ["main.py", "--preview-method", "none"], False),
        ("0.3.64", ["main.py", "--preview-method"], False),
        ("0.3.64", [None, 5, {}], False),
        (None, [], False),
    ],
)
def test_previews_need_a_version_or_a_flag(
    version: str | None, argv: list[Any], has_previews: bool
) -> None:
    system = {"comfyui_version": version, "argv": argv}
    assert msgspec.convert({"system": system}, SystemStats).has_previews is has_previews
