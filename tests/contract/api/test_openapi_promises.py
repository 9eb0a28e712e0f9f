"""Schemathesis holds the whole OpenAPI document against a running server."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.support.accounts import make_key, make_token, make_user, with_login
from tests.support.server import serving
from tests.support.service import running_api

from genonaut.accounts.tables import Role
from genonaut.accounts.tokens import csrf_token_of
from genonaut.config import Settings

CONFIG = Path(__file__).with_name("schemathesis.toml")
# These may end the very session or key that all other requests need; they come last.
SELF_ENDING = (
    "/api/v1/auth/logout",
    "/api/v1/auth/sessions/{session_id}",
    "/api/v1/api-keys/{key_id}",
)
EXAMPLES = 3


async def run_schemathesis(
    url: str, credentials: Mapping[str, str], folder: Path, *options: str
) -> tuple[int, str]:
    """Return exit status and output of one run with all checks."""
    arguments: Sequence[str] = [
        f"--config-file={CONFIG}",
        "run",
        f"{url}/api/schema/openapi.json",
        "--checks=all",
        f"--max-examples={EXAMPLES}",
        "--phases=examples,coverage,fuzzing",
        "--seed=1",
        "--workers=4",
        "--no-shrink",
        "--generation-database=none",
        "--suppress-health-check=all",
        "--no-color",
        *options,
    ]
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        *arguments,
        cwd=folder,
        env={**os.environ, **credentials},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


@pytest.mark.timeout(300)
async def test_the_document_tells_the_truth(settings: Settings, tmp_path: Path) -> None:
    settings = with_login(settings)
    async with running_api(settings) as api, serving(settings) as url:
        admin = await make_user(api.runtime, "ada", role=Role.ADMIN)
        token = await make_token(api.runtime, admin.id)
        key = await make_key(api.runtime, admin.id)
        credentials = {
            "SESSION": token,
            "CSRF": csrf_token_of(token),
            "API_KEY": key["Authorization"].removeprefix("Bearer "),
        }
        for choice in ("exclude", "include"):
            paths = [f"--{choice}-path={path}" for path in SELF_ENDING]
            status, output = await run_schemathesis(url, credentials, tmp_path, *paths)
            assert status == 0, output
