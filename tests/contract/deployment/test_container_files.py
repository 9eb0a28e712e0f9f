"""Dockerfile, .dockerignore and compose.yaml; their own tools check them where they are installed."""

import fnmatch
import importlib
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from genonaut.config import load_settings, project_root

ROOT = project_root()
DOCKERFILE = ROOT / "Dockerfile"
COMPOSE = ROOT / "compose.yaml"
PLAIN_IMAGE = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)?(:[\w.-]+)?")
"""Without the host of a registry, which would contain a dot or a port."""


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile in order, with joined lines."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines) if name]


def last_stage() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, rest in instructions():
        if name == "FROM":
            found = {}
        found[name] = rest
    return found


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return loaded


def interpolated(text: str, variables: dict[str, str]) -> str:
    """Return a compose file with its variables replaced. Source: compose-spec, 12-interpolation.md."""

    def replace(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        name, operator, default = match[1], match[2], match[3]
        if operator == ":?":
            assert variables.get(name), f"{name}: {default}"
        return variables.get(name) or default or ""

    return re.sub(r"\$\$|\$\{(\w+)(?:(:-|:\?)([^}]*))?\}", replace, text)


def test_the_image_is_built_in_stages_and_names_no_registry() -> None:
    bases = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    assert len(bases) >= 2
    assert all(PLAIN_IMAGE.fullmatch(base) for base in bases)
    assert "http" not in DOCKERFILE.read_text()
    assert "index-url" not in DOCKERFILE.read_text()


def test_the_image_can_read_videos_and_audio() -> None:
    commands = [rest for name, rest in instructions() if name == "RUN"]
    installs = [
        file
        for command in commands
        for file in re.findall(r"/opt/genonaut/bin/pip install [^&]*-r (requirements/\S+)", command)
    ]
    assert any("\nav==" in (ROOT / file).read_text() for file in installs), installs


def test_the_image_has_fonts_for_the_labels_of_grids() -> None:
    commands = " ".join(rest for name, rest in _after_last_from() if name == "RUN")
    assert {"fonts-dejavu-core", "fonts-droid-fallback"} <= set(commands.split())
    assert "rm -rf /var/lib/apt/lists/*" in commands


def test_the_image_runs_as_an_ordinary_user_with_a_health_check() -> None:
    stage = last_stage()
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", stage["USER"])
    assert json.loads(stage["HEALTHCHECK"].partition(" CMD ")[2]) == ["genonaut", "health"]
    assert json.loads(stage["ENTRYPOINT"]) == ["genonaut"]
    assert json.loads(stage["CMD"]) == ["api"]
    assert "COPY" in stage
    assert all("--from=" in rest for name, rest in _after_last_from() if name == "COPY")


def _after_last_from() -> list[tuple[str, str]]:
    everything = instructions()
    start = max(place for place, (name, _) in enumerate(everything) if name == "FROM")
    return everything[start:]


def test_its_variables_are_settings() -> None:
    variables = dict(part.split("=", 1) for part in shlex.split(last_stage()["ENV"]))
    stores = {"DATABASE_URL": "postgresql://h/d", "REDIS_URL": "redis://h"}
    settings = load_settings(variables=variables | stores)
    assert (settings.environment, settings.web.host) == ("prod", "0.0.0.0")  # noqa: S104
    assert settings.storage.root == "/data/files"


def test_everything_that_is_copied_exists_and_is_not_ignored() -> None:
    rules = [
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line[:1] not in {"#", ""}
    ]
    for name, rest in instructions():
        words = rest.split()
        if name != "COPY" or words[0].startswith("--from"):
            continue
        for source in words[:-1]:
            assert (ROOT / source).exists(), source
            assert not is_ignored(source, rules), source
    for private in (".env", ".git", ".data", ".venv", "tests", "frontend/node_modules", "dist"):
        assert is_ignored(private, rules), private


def is_ignored(path: str, rules: list[str]) -> bool:
    """Return whether .dockerignore excludes a path; the last rule that matches wins."""
    parts = [str(part) for part in (Path(path), *Path(path).parents)][:-1]
    result = False
    for rule in rules:
        pattern = rule.removeprefix("!").removeprefix("**/")
        if any(fnmatch.fnmatch(part, pattern) for part in parts):
            result = not rule.startswith("!")
    return result


def test_hadolint_finds_nothing() -> None:
    program = shutil.which("hadolint")
    if program is None:
        pytest.skip("hadolint is not installed (requirements/deploy.txt)")
    done = subprocess.run([program, DOCKERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("profile", [None, "simulator", "gpu"])
def test_services_start_in_the_order_of_their_health(profile: str | None) -> None:
    services = compose()["services"]
    active = {
        name: one for name, one in services.items() if profile in one.get("profiles", [profile])
    }
    conditions = {
        name: {other: how["condition"] for other, how in one.get("depends_on", {}).items()}
        for name, one in active.items()
    }
    assert conditions["migrate"] == {"postgres": "service_healthy"}
    for name in ("api", "worker"):
        assert conditions[name] == {
            "migrate": "service_completed_successfully",
            "postgres": "service_healthy",
            "valkey": "service_healthy",
        }
    for name, needs in conditions.items():
        assert set(needs) <= set(active), name
        for other, condition in needs.items():
            if condition == "service_healthy":
                assert active[other]["healthcheck"]["test"]


def test_our_containers_are_hardened_and_keep_their_files_in_a_volume() -> None:
    services = compose()["services"]
    for name in ("migrate", "api", "worker", "simulator"):
        service = services[name]
        assert service["read_only"] is True
        assert service["user"] == last_stage()["USER"]
        assert service["cap_drop"] == ["ALL"]
        assert service["env_file"] == ".env"
    assert services["api"]["volumes"] == services["worker"]["volumes"] == ["files:/data"]
    assert services["worker"]["healthcheck"]["test"] == ["CMD", "genonaut", "health", "--worker"]
    assert set(compose()["volumes"]) >= {"files", "database"}
    for service in services.values():
        assert PLAIN_IMAGE.fullmatch(interpolated(service["image"], {}))
    published = [port for one in services.values() for port in one.get("ports", [])]
    assert [interpolated(port, {}) for port in published] == ["127.0.0.1:8001:8001"]


def test_compose_without_passwords_is_refused_and_with_them_the_urls_are_right() -> None:
    text = COMPOSE.read_text()
    assert "${POSTGRES_PASSWORD:?" in text
    assert "${REDIS_PASSWORD:?" in text
    secrets = {"POSTGRES_PASSWORD": "p1", "REDIS_PASSWORD": "p2"}
    services = yaml.safe_load(interpolated(text, secrets))["services"]
    settings = load_settings(variables=services["api"]["environment"])
    assert settings.database.url == "postgresql+asyncpg://genonaut:p1@postgres:5432/genonaut"
    assert settings.redis.url == "redis://:p2@valkey:6379/0"
    assert settings.backends[0].url == "http://comfyui:8188"
    for profile in ("simulator", "comfyui"):
        names = [profile, *_aliases(services[profile])]
        assert "comfyui" in names


def _aliases(service: dict[str, Any]) -> list[str]:
    networks: dict[str, Any] = service.get("networks", {})
    return list(networks.get("default", {}).get("aliases", []))


def test_compose_yaml_follows_the_specification() -> None:
    library = pytest.importorskip("compose_spec", reason="requirements/deploy.txt is not installed")
    secrets = {"POSTGRES_PASSWORD": "p1", "REDIS_PASSWORD": "p2"}
    text = yaml.safe_dump(yaml.safe_load(interpolated(COMPOSE.read_text(), secrets)))
    parsed = importlib.import_module(library.__name__).PyCompose.from_yaml(text)
    assert set(parsed.to_spec().services) == set(compose()["services"])


def test_docker_compose_accepts_it(tmp_path: Path) -> None:
    program = shutil.which("docker")
    has_compose = (
        program
        and not subprocess.run(
            [program, "compose", "version"], capture_output=True, check=False
        ).returncode
    )
    if not has_compose:
        pytest.skip("docker compose is not installed")
    (tmp_path / ".env").write_text("POSTGRES_PASSWORD=p1\nREDIS_PASSWORD=p2\n")
    shutil.copy(COMPOSE, tmp_path)
    command = [str(program), "compose", "--profile", "*", "config", "--quiet"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
