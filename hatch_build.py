"""Build hook that puts the web app into the wheel."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebAppHook(BuildHookInterface):  # type: ignore[type-arg]
    """Build ``frontend/dist`` for a wheel; an editable install serves the checkout's."""

    PLUGIN_NAME = "web-app"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the web app and include it; a failure fails the wheel."""
        if version == "editable" or self.target_name != "wheel":
            return
        root = Path(self.root)
        subprocess.run([sys.executable, str(root / "frontend" / "build.py")], check=True)  # noqa: S603
        build_data["force_include"][str(root / "frontend" / "dist")] = "genonaut/_data/web"
