"""With ``logging.format = "json"`` every line on standard error is a JSON object."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from tests.support.programs import variables_of

from genonaut.config import Settings

_LIBRARIES = """
import asyncio, logging, threading, warnings
import structlog
from genonaut.core.logging import configure_logging

configure_logging(level="info", style="json")
structlog.get_logger().info("ours.happened", odd=object())
logging.getLogger("some.library").warning("two\\nlines %s", "and more")
logging.getLogger("arq.worker").debug("too detailed")
try:
    {}["missing"]
except KeyError:
    logging.getLogger("arq.worker").exception("failed")
    logging.getLogger("uvicorn.error").error("with values", extra={"color_message": "x"})
warnings.warn("deprecated", DeprecationWarning, stacklevel=1)

def crash():
    raise ValueError("in a thread")

thread = threading.Thread(target=crash, name="helper")
thread.start()
thread.join()

async def main():
    asyncio.get_running_loop().call_exception_handler({"message": "callback failed"})

asyncio.run(main())
raise RuntimeError("uncaught\\nerror")
"""


def lines_of(stderr: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in stderr.splitlines()]
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
    return lines


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | variables,
        text=True,
        capture_output=True,
        check=False,
        timeout=120,
    )


def test_every_library_writes_json_lines() -> None:
    result = run("-W", "always", "-c", _LIBRARIES)
    assert result.returncode == 1
    events = {line["event"]: line for line in lines_of(result.stderr)}
    assert {"ours.happened", "two\nlines and more", "failed", "with values"} <= events.keys()
    assert {"callback failed", "thread.crashed", "process.crashed"} <= events.keys()
    assert any("DeprecationWarning: deprecated" in event for event in events)
    assert events["failed"]["logger"] == "arq.worker"
    assert "KeyError" in events["failed"]["exception"]
    assert "uncaught\nerror" in events["process.crashed"]["exception"]
    assert events["thread.crashed"]["thread"] == "helper"


@pytest.mark.parametrize("command", ["api", "worker"])
def test_an_error_at_the_start_is_a_json_line(settings: Settings, command: str) -> None:
    variables = variables_of(settings) | {
        "GENONAUT_LOGGING__FORMAT": "json",
        "GENONAUT_DATABASE__URL": "postgresql+asyncpg://u:p@127.0.0.1:1/d",
    }
    result = run("-m", "genonaut.cli", command, **variables)
    assert result.returncode == 1
    last = lines_of(result.stderr)[-1]
    assert (last["event"], last["level"], last["code"]) == (
        "process.failed",
        "critical",
        "unavailable",
    )
    assert "127.0.0.1:1" in last["error"]
