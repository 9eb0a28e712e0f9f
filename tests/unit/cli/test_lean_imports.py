"""API processes do not load what they do not use; each of these costs 1 to 10 MiB."""

import subprocess
import sys

_API = """
import sys
from genonaut.cli.lean_imports import load_structlog, load_web_framework
load_structlog()
load_web_framework()
import genonaut.cli.api, genonaut.cli.server_startup, genonaut.cli.up.preflight, genonaut.web.server
from genonaut.config import Settings
from genonaut.config.settings import Environment
from genonaut.web.app import create_asgi
create_asgi(Settings(environment=Environment.TEST))
unused = (
    "rich", "pydantic", "joserfc", "cryptography.hazmat", "av", "alembic",
    "aiohttp", "PIL.Image", "obstore", "yaml", "watchfiles",
)
print(*(name for name in unused if name in sys.modules))
import rich.pretty, yaml, watchfiles
assert yaml.safe_load("[1]") == [1]
"""


def test_an_api_process_loads_no_unused_libraries() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", _API], check=True, capture_output=True, text=True
    )
    assert loaded.stdout.strip() == ""
