"""Write env.example from docs/configuration.md: ``just env-example``.

Every setting is there as a comment with its meaning and its default. The first part is written by
hand here: what an installation has to decide.
"""

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "configuration.md"
EXAMPLE = ROOT / "env.example"
ROW = re.compile(r"\| `\w+`<br>`(\w+)` \| ([^|]+) \| ([^|]+) \| (.*) \|$")
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")

HEAD = """\
# Settings of an installation. Copy this file, restrict it, and set what has no # before it:
#
#   cp env.example .env && chmod 600 .env
#
# genonaut reads .env in the working directory (or the file that GENONAUT_ENV_FILE names), compose.yaml
# reads it too, and systemd reads it as EnvironmentFile. Variables that are set otherwise win. One
# NAME=value per line; quote values with spaces or # in single quotes.
# docs/configuration.md explains the settings, docs/operations.md the installation.

# The environment: dev, demo, test or prod.
APP_ENV=prod

# ---------------------------------------------------------------- with compose.yaml
# The database and Redis are made by compose; choose long random passwords of letters and digits.
POSTGRES_PASSWORD=
REDIS_PASSWORD=
# Address of the web app on this machine; put a reverse proxy with TLS before it.
#PUBLISH_ADDRESS=127.0.0.1:8001
# Image and version to run; `docker compose build` makes it.
#APP_IMAGE=genonaut:latest
# Image of ComfyUI for the profile gpu, and its folder of models.
#COMFYUI_IMAGE=comfyui:latest
#COMFYUI_MODELS=./models

# ---------------------------------------------------------------- without compose.yaml
# Required in prod. Each environment also has its own names: DATABASE_URL_DEV, REDIS_URL_DEV, …
#DATABASE_URL=postgresql+asyncpg://genonaut:password@127.0.0.1:5432/genonaut
#REDIS_URL=redis://:password@127.0.0.1:6379/0
# Redis for ARQ's queues, if it is another one; and the prefix of all keys (one name per environment).
#ARQ_REDIS_URL=redis://:password@127.0.0.1:6379/1
#REDIS_NS_PROD=genonaut

# ---------------------------------------------------------------- ComfyUI
# One server; for several see GENONAUT_COMFYUI__BACKENDS.
#COMFYUI_URL=http://127.0.0.1:8188
#COMFYUI_OUTPUT_DIR=

# ---------------------------------------------------------------- the web app
# The URL that users open, and the addresses of the reverse proxy.
#GENONAUT_WEB__PUBLIC_URL=https://images.example.org
#GENONAUT_WEB__TRUSTED_PROXIES=127.0.0.1

# ---------------------------------------------------------------- the command line
# API and key of `genonaut generate`, `jobs`, `monitor` and others; the monitor of `genonaut api`.
#GENONAUT_SERVER=http://127.0.0.1:8001
#GENONAUT_API_KEY=
#MONITOR_ACTIVE=1
# Another file than ./.env, and a directory with the TOML files of settings.
#GENONAUT_ENV_FILE=
#GENONAUT_CONFIG_DIR=
"""


def main() -> int:
    """Write the file; with --check only compare it. Returns the exit status."""
    text = example(DOCUMENT.read_text(encoding="utf-8"))
    if "--check" not in sys.argv[1:]:
        EXAMPLE.write_text(text, encoding="utf-8")
        return 0
    if EXAMPLE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("env.example is not current: run `just env-example`\n")
    return 1


def example(document: str) -> str:
    """Return the content of env.example for the text of docs/configuration.md."""
    return HEAD + "".join(_lines(document))


def _lines(document: str) -> Iterator[str]:
    heading = ""
    for line in document.splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif match := ROW.match(line):
            if heading:
                yield f"\n# {'=' * 64} {heading}\n"
                heading = ""
            variable, kind, default, meaning = match.groups()
            yield "\n"
            for part in textwrap.wrap(f"{_plain(meaning)} ({_plain(kind)})", width=98):
                yield f"# {part}\n"
            yield f"#{variable}={'' if default == 'empty' else _value(default)}\n"


def _value(default: str) -> str:
    value = default.strip("`")
    return value.replace(", ", ",")


def _plain(text: str) -> str:
    return LINK.sub(r"\1", text).replace("`", "").replace("<br>", " ").strip()


if __name__ == "__main__":
    sys.exit(main())
