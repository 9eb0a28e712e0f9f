"""docs/api.md, docs/architecture.md and the README list what the code has."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from litestar.routes import WebSocketRoute
from tests.contract.test_configuration_docs import settings_rows

from genonaut.config import Settings, load_settings, project_root
from genonaut.config.loading import _short_names
from genonaut.config.settings import Environment
from genonaut.core.errors import GenonautError
from genonaut.jobs.rendering.retry_policy import Fail, Fault, Retry, decide
from genonaut.jobs.states import ErrorCode
from genonaut.web.app import create_app, openapi_document
from genonaut.web.errors.problem_details import _STATUS

API = project_root() / "docs" / "api.md"
ARCHITECTURE = project_root() / "docs" / "architecture.md"
README = project_root() / "README.md"
DELAYS = (2.0, 8.0, 32.0)
OPERATIONS = ("get", "head", "post", "put", "patch", "delete")
RAISED_TO_CLIENTS = (
    "genonaut.core",
    "genonaut.accounts",
    "genonaut.content",
    "genonaut.collections",
    "genonaut.jobs.reproduction",
    "genonaut.web",
)
"""Packages whose errors reach clients unchanged; others are caught or become field errors."""
FRAMEWORK_CODES = {
    HTTPStatus.BAD_REQUEST: {"malformed_json", "bad_request"},
    HTTPStatus.METHOD_NOT_ALLOWED: {"method_not_allowed"},
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {"request_entity_too_large"},
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: {"unsupported_media_type"},
    HTTPStatus.INTERNAL_SERVER_ERROR: {"internal_error"},
}


def table(document: Path, first_column: str) -> list[list[str]]:
    """Return the rows of the table whose header starts with this column."""
    lines = iter(document.read_text(encoding="utf-8").splitlines())
    assert any(line.startswith(f"| {first_column} |") for line in lines), first_column
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line[1:-1])])
    return rows


def code_words(cell: str) -> set[str]:
    """Return the words of a cell that are in backticks."""
    return set(re.findall(r"`([^`]+)`", cell))


def operations() -> dict[str, dict[str, object]]:
    """Return every operation of the OpenAPI document by method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in openapi_document()["paths"].items()
        for method, operation in methods.items()
        if method in OPERATIONS
    }


def test_every_route_is_listed_with_its_summary() -> None:
    listed = {cells[0].strip("`"): cells[1] for cells in table(API, "Route")}
    actual = {
        route.replace("/api/v1", "", 1): operation["summary"]
        for route, operation in operations().items()
        if " /api/v1/" in route
    }
    assert listed == actual


def test_every_websocket_is_listed() -> None:
    listed = {cells[0].strip("`").partition("?")[0] for cells in table(API, "Path")}
    app = create_app(Settings(environment=Environment.TEST))
    actual = {
        re.sub(r"\{job_id:str\}", "{id}", route.path)
        for route in app.routes
        if isinstance(route, WebSocketRoute)
    }
    assert listed == actual


def test_every_status_is_documented() -> None:
    text = API.read_text(encoding="utf-8")
    documented = {cells[0] for cells in table(API, "Status")}
    success = text.partition("Success is ")[2].partition(".\n")[0]
    documented |= set(re.findall(r"\b2\d\d\b", success))
    declared = {status for one in operations().values() for status in dict(one["responses"])}  # type: ignore[call-overload]
    assert declared - documented == set()
    assert documented - declared == {
        "405",
        "500",
    }  # possible for every route, so no route declares them


def test_every_error_code_is_documented_with_its_status() -> None:
    listed = {
        code: int(cells[1]) for cells in table(API, "`code`") for code in code_words(cells[0])
    }
    actual = {code: int(status) for status, codes in FRAMEWORK_CODES.items() for code in codes}
    for kind in _descendants(GenonautError):
        status = next((_STATUS[one] for one in kind.__mro__ if one in _STATUS), None)
        if status is not None and kind.__module__.startswith(RAISED_TO_CLIENTS):
            actual[kind.code] = int(status)
    assert listed == actual


def test_every_error_code_of_a_job_is_documented() -> None:
    listed = {code for cells in table(API, "`error_code`") for code in code_words(cells[0])}
    assert listed == set(ErrorCode)


def test_the_table_of_faults_matches_the_retry_policy() -> None:
    listed = {cells[0].strip("`"): (cells[2], *code_words(cells[3])) for cells in table(ARCHITECTURE, "Fault")}  # fmt: skip
    assert listed == {str(fault): _decided(fault) for fault in Fault}


def test_the_variables_in_the_readme_exist() -> None:
    known = {row.variable for row in settings_rows()} | {"APP_ENV"}
    for environment in Environment:
        known |= set(_short_names(environment))
    listed = {name for cells in table(README, "Variable") for name in code_words(cells[0])}
    assert {name for name in listed if not name.startswith("…")} <= known
    given = {"DATABASE_URL": "x", "REDIS_URL": "x"}
    modes = [load_settings(one, given).auth.mode for one in ("dev", "prod")]
    assert modes == ["single-user", "password"]


@pytest.mark.parametrize("variable", ["GENONAUT_WEB__PORT", "GENONAUT_SIMULATOR__DELAY_MS",
                                      "GENONAUT_EMBEDDED__SOURCE", "GENONAUT_EMBEDDED__DATA_DIR",
                                      "GENONAUT_WEB__HOST"])  # fmt: skip
def test_the_defaults_in_the_readme_are_those_of_the_code(variable: str) -> None:
    defaults = {row.variable: row.default for row in settings_rows()}
    row = next(cells for cells in table(README, "Variable") if variable in code_words(cells[0]))
    assert defaults[variable].strip("`") in code_words(row[1])


def _descendants(kind: type[GenonautError]) -> set[type[GenonautError]]:
    return {kind}.union(*map(_descendants, kind.__subclasses__()))


def _decided(fault: Fault) -> tuple[str, ...]:
    """Return how a fault counts, and the error code with which the job fails in the end."""
    first = decide(fault, failures=0, out_of_memory_count=0, delays_seconds=DELAYS)
    if isinstance(first, Fail):
        return "at once", first.code
    last = decide(fault, failures=len(DELAYS), out_of_memory_count=1, delays_seconds=DELAYS)
    if isinstance(last, Retry):
        return ("no",)
    again = decide(fault, failures=1, out_of_memory_count=1, delays_seconds=DELAYS)
    return "once" if isinstance(again, Fail) else "yes", last.code
