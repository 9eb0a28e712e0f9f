"""The dashboard and the alert rules use metrics and labels that exist."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tests.contract.test_documents import code_words, table

from genonaut.config import project_root

FOLDER = project_root() / "deploy" / "monitoring"
RULES = FOLDER / "alerts.yml"
RULE_TESTS = project_root() / "tests" / "data" / "monitoring" / "alerts.test.yml"
DASHBOARD = FOLDER / "grafana-dashboard.json"
_NAME = re.compile(r"\b((?:genonaut|process|python)_\w+)")
_SELECTOR = re.compile(r"\b((?:genonaut|process|python)_\w+)\{([^}]*)\}")
_GROUPING = re.compile(r"\bby \(([^)]*)\)")
_OF_PROMETHEUS = {"job", "instance", "le"}
"""Labels that every scrape adds, and the bound of a bucket."""
_GRAFANA_WIDTH = 24


def metrics() -> dict[str, set[str]]:
    """Return the documented metrics and their labels; a histogram counts with its series."""
    found: dict[str, set[str]] = {}
    for names, kind, labels, *_ in table(project_root() / "docs" / "operations.md", "Metric"):
        for name in code_words(names):
            suffixes = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
            found |= {f"{name}{suffix}": code_words(labels) for suffix in suffixes}
    return found


def rules() -> list[dict[str, Any]]:
    document = msgspec.yaml.decode(RULES.read_bytes())
    return [rule for group in document["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(DASHBOARD.read_bytes())
    return found


def expressions() -> Iterator[tuple[str, str]]:
    for rule in rules():
        yield rule["alert"], rule["expr"]
    for panel in dashboard()["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


@pytest.mark.parametrize(("name", "expression"), list(expressions()))
def test_expressions_use_existing_metrics_and_labels(name: str, expression: str) -> None:
    known = metrics()
    used = set(_NAME.findall(expression))
    assert used <= set(known) or expression.startswith("up{"), name
    allowed = set().union(*(known[metric] for metric in used)) | _OF_PROMETHEUS
    for metric, selector in _SELECTOR.findall(expression):
        labels = {part.split("=")[0].strip("!~ ") for part in selector.split(",")}
        assert labels <= known[metric] | _OF_PROMETHEUS, name
    for grouping in _GROUPING.findall(expression):
        assert {label.strip() for label in grouping.split(",")} <= allowed, name
    assert expression.count("(") == expression.count(")")


def test_the_dashboard_shows_every_metric_of_genonaut() -> None:
    shown = set(_NAME.findall(" ".join(panel[1] for panel in expressions())))
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in shown}
    documented = {
        name
        for cells in table(project_root() / "docs" / "operations.md", "Metric")
        for name in code_words(cells[0])
        if name.startswith("genonaut_")
    }
    assert documented <= families


def test_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= _GRAFANA_WIDTH
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells


def test_every_rule_has_a_severity_and_a_summary() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"info", "warning", "critical"}
        assert rule["annotations"]["summary"]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
@pytest.mark.parametrize(
    "arguments",
    [["check", "rules", "--lint=all", str(RULES)], ["test", "rules", str(RULE_TESTS)]],
    ids=["syntax", "when they fire"],
)
def test_promtool_accepts_the_rules(arguments: list[str]) -> None:
    command = ["promtool", *arguments]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
