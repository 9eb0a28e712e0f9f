"""Schemathesis holds the whole OpenAPI document against a running server."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.contract.access.world import Case, make_backend, make_subjects
from tests.support.accounts import make_key, make_token, make_user, with_login
from tests.support.server import serving
from tests.support.service import Api, running_api

from genonaut.accounts.tables import Role, User
from genonaut.accounts.tokens import csrf_token_of
from genonaut.config import Settings

CONFIG = Path(__file__).with_name("schemathesis.toml")
CONFIG_WITH_ROWS = Path(__file__).with_name("schemathesis-rows.toml")
# Everything that the second configuration names, as routes name it.
ROWS = (
    "collection content generation-jobs model_id notification_id upload_id webhook_id workflow_id"
)
# These may end the very session or key that all other requests need; they come last.
SELF_ENDING = (
    "/api/v1/auth/logout",
    "/api/v1/auth/sessions/{session_id}",
    "/api/v1/api-keys/{key_id}",
)
# Side by side, each with one thread: Python 3.11 may fail to parse code in two threads at once.
SHARDS = (
    "--include-path-regex=^/api/v1/[a-f]",
    "--include-path-regex=^/api/v1/[g-m]",
    "--exclude-path-regex=^/api/v1/[a-m]",
)
EXAMPLES = 3


async def run_schemathesis(
    url: str, variables: Mapping[str, str], folder: Path, *options: str, config: Path = CONFIG
) -> tuple[int, str]:
    """Return exit status and output of one run with all checks."""
    arguments: Sequence[str] = [
        f"--config-file={config}",
        "run",
        f"{url}/api/schema/openapi.json",
        "--checks=all",
        f"--max-examples={EXAMPLES}",
        "--phases=examples,coverage,fuzzing",
        "--seed=1",
        "--workers=1",
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
        env={**os.environ, **variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def make_document(api: Api) -> None:
    """Request the document once: on a busy machine its first request takes longer than schemathesis waits."""
    assert (await api.http.get("/api/schema/openapi.json")).status_code == 200


async def credentials_of(api: Api, user: User) -> dict[str, str]:
    """Return what the configurations take from the environment."""
    token = await make_token(api.runtime, user.id)
    key = await make_key(api.runtime, user.id)
    return {
        "SESSION": token,
        "CSRF": csrf_token_of(token),
        "API_KEY": key["Authorization"].removeprefix("Bearer "),
    }


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", Role)
async def test_the_document_tells_the_truth(settings: Settings, tmp_path: Path, role: Role) -> None:
    settings = with_login(settings)
    async with running_api(settings) as api, serving(settings) as url:
        await make_document(api)
        user = await make_user(api.runtime, "ada", role=role)
        credentials = await credentials_of(api, user)
        # What differs for a user are the routes that refuse; one valid request each shows that.
        as_user = ("--phases=fuzzing", "--mode=positive", "--max-examples=1")
        less = () if role is Role.ADMIN else as_user
        paths = [f"--exclude-path={path}" for path in SELF_ENDING]
        runs = [run_schemathesis(url, credentials, tmp_path, one, *paths, *less) for one in SHARDS]
        for status, output in await asyncio.gather(*runs):
            assert status == 0, output
        # Of their own: the runs before may have ended the session.
        credentials = await credentials_of(api, user)
        paths = [f"--include-path={path}" for path in SELF_ENDING]
        status, output = await run_schemathesis(url, credentials, tmp_path, *paths, *less)
        assert status == 0, output


@pytest.mark.timeout(900)
async def test_the_document_tells_the_truth_of_rows_that_exist(
    settings: Settings, tmp_path: Path
) -> None:
    settings = with_login(settings)
    async with running_api(settings) as api, serving(settings) as url:
        await make_document(api)
        await make_backend(api.runtime)
        admin = await make_user(api.runtime, "ada", role=Role.ADMIN)
        other = await make_user(api.runtime, "bob")
        case = Case(api.runtime, ROWS, admin, {})
        await make_subjects(case)
        rows = {**case.subjects, "user_id": other.id}
        variables = {name.upper(): str(value) for name, value in rows.items()}
        variables |= await credentials_of(api, admin)
        options = ["--include-path-regex=_id}"]
        options += [f"--exclude-path={path}" for path in SELF_ENDING]
        others = "--exclude-method=DELETE"
        # Not --include-method=DELETE: everything that one of two includes names would be tested.
        deletions = [f"--exclude-method={one}" for one in ("GET", "HEAD", "PATCH", "POST", "PUT")]
        # With an id that is right, what was to be wrong may be right as well.
        maybe = "--exclude-checks=negative_data_rejection"
        wrong = ("--mode=negative", "--phases=coverage,fuzzing", maybe, others)
        # The rows are deleted last.
        last = ("--phases=coverage", maybe, *deletions)
        for mode in (("--mode=positive", others), wrong, last):
            status, output = await run_schemathesis(
                url, variables, tmp_path, *options, *mode, config=CONFIG_WITH_ROWS
            )
            assert status == 0, output
