"""The Kubernetes manifests: probes, scaling, disruption budgets, permissions; and their schemas."""

import importlib
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from genonaut.cli.main import cli
from genonaut.config import load_settings, project_root

FOLDER = project_root() / "deploy" / "kubernetes"
VERSIONS = ("1.31", "1.34")


def documents() -> list[dict[str, Any]]:
    """Return all manifests that the kustomization names."""
    names = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
    assert {*names, "kustomization.yaml"} == {path.name for path in FOLDER.iterdir()}
    found: list[dict[str, Any]] = []
    for name in names:
        found += yaml.safe_load_all((FOLDER / name).read_text())
    return found


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in documents() if one["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    """Return the pod templates by the name of their workload."""
    workloads = {**of_kind("Deployment"), **of_kind("Job")}
    return {name: one["spec"]["template"] for name, one in workloads.items()}


def test_api_and_worker_are_scaled_separately() -> None:
    deployments = of_kind("Deployment")
    assert set(deployments) == {"genonaut-api", "genonaut-worker"}
    for name, one in deployments.items():
        labels = one["spec"]["template"]["metadata"]["labels"]
        assert one["spec"]["selector"]["matchLabels"] == labels
        assert labels["app.kubernetes.io/component"] == name.removeprefix("genonaut-")
    scaler = of_kind("HorizontalPodAutoscaler")["genonaut-api"]["spec"]
    assert scaler["scaleTargetRef"]["name"] == "genonaut-api"


def test_every_deployment_has_a_disruption_budget_and_more_pods_than_it_requires() -> None:
    budgets, deployments = of_kind("PodDisruptionBudget"), of_kind("Deployment")
    assert set(budgets) == set(deployments)
    for name, budget in budgets.items():
        spec = deployments[name]["spec"]
        assert budget["spec"]["selector"] == spec["selector"]
        assert spec["replicas"] > budget["spec"]["minAvailable"]


@pytest.mark.parametrize("name", ["genonaut-api", "genonaut-worker", "genonaut-migrate"])
def test_pods_run_an_existing_command_with_few_permissions(name: str) -> None:
    spec = pods()[name]["spec"]
    (container,) = spec["containers"]
    assert CliRunner().invoke(cli, [*container["args"], "--help"]).exit_code == 0
    assert container["image"] == "genonaut"
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"]["memory"]
    assert spec["automountServiceAccountToken"] is False


def test_the_probes_are_routes_and_commands_that_exist() -> None:
    api = pods()["genonaut-api"]["spec"]["containers"][0]
    assert api["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    for probe in ("livenessProbe", "startupProbe"):
        assert api[probe]["httpGet"]["path"] == "/health/live"
    # The request guard refuses the address of the pod as a host name.
    for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
        assert {"name": "Host", "value": "localhost"} in api[probe]["httpGet"]["httpHeaders"]
    worker = pods()["genonaut-worker"]["spec"]["containers"][0]
    for probe in ("livenessProbe", "startupProbe"):
        assert worker[probe]["exec"]["command"] == ["genonaut", "health", "--worker"]


def test_service_and_network_policies_select_the_api() -> None:
    labels = pods()["genonaut-api"]["metadata"]["labels"]
    assert of_kind("Service")["genonaut-api"]["spec"]["selector"] == labels
    policies = of_kind("NetworkPolicy")
    assert policies["genonaut-api"]["spec"]["podSelector"]["matchLabels"] == labels
    closed = policies["genonaut-closed"]["spec"]
    assert "ingress" not in closed
    for template in pods().values():
        assert (
            closed["podSelector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
        )


def test_the_settings_are_valid_and_contain_no_secret() -> None:
    data = of_kind("ConfigMap")["genonaut"]["data"]
    assert not [name for name in data if re.search("PASSWORD|SECRET|DATABASE_URL|REDIS_URL", name)]
    stores = {"DATABASE_URL": "postgresql://h/d", "REDIS_URL": "redis://h"}
    assert load_settings(variables=data | stores).storage.root == "/data/files"
    assert not of_kind("Secret")


def test_kustomize_builds_them() -> None:
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("kubectl is not installed")
    command = [program, "kustomize", str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    built = list(yaml.safe_load_all(done.stdout))
    assert len(built) == len(documents())
    namespaced = [one for one in built if one["kind"] != "Namespace"]
    assert {one["metadata"]["namespace"] for one in namespaced} == {"genonaut"}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_manifests_follow_the_schemas_of_kubernetes(version: str) -> None:
    library = pytest.importorskip(
        "kubernetes_validate", reason="requirements/deploy.txt is not installed"
    )
    validate = importlib.import_module(library.__name__).validate
    for one in documents():
        validate(one, version, strict=True)
