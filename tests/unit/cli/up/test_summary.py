"""The table at the end of a start."""

from pathlib import Path

from genonaut.cli.up.options import UpOptions
from genonaut.cli.up.plan import Plan, make_plan
from genonaut.cli.up.reporter import Reporter
from genonaut.cli.up.stores import Stores
from genonaut.cli.up.summary import hints_of, rows_of
from genonaut.cli.up.supervisor import Supervisor
from genonaut.config import load_settings


def _plan(data: Path, **variables: str) -> Plan:
    given = {"GENONAUT_EMBEDDED__DATA_DIR": str(data), "GENONAUT_WEB__PORT": "0"}
    return make_plan(load_settings("demo", given | variables), UpOptions(seed=None))


def test_the_table_contains_no_passwords(tmp_path: Path) -> None:
    plan = _plan(tmp_path, COMFYUI_URL="http://me:secret@gpu:8188")
    stores = Stores(
        database_url="postgresql+asyncpg://genonaut:secret@db:5432/genonaut",
        redis_url="redis://:secret@cache:6379/1",
        database_origin="configured",
        redis_origin="configured",
    )
    supervisor = Supervisor(plan, tmp_path, Reporter())
    rows = rows_of(plan, supervisor, stores)
    assert ("ComfyUI", "http://gpu:8188", "default") in rows
    assert "secret" not in str(rows)


def test_the_demo_on_a_configured_server_says_how_to_generate_the_first_image(
    tmp_path: Path,
) -> None:
    plan = _plan(tmp_path, COMFYUI_URL="http://gpu:8188")
    hints = hints_of(plan, "logs", is_set_up=True)
    assert hints[1].startswith("To generate an image: ")
    assert hints[1].endswith('genonaut generate "a lighthouse at dusk" --env demo')


def test_the_demo_with_the_simulator_suggests_another_image(tmp_path: Path) -> None:
    plan = _plan(tmp_path, GENONAUT_SIMULATOR__PORT="0")
    hints = hints_of(plan, "logs", is_set_up=True)
    assert hints[1].startswith("Try  ")


def test_in_password_mode_the_hints_say_how_to_create_the_first_administrator(
    tmp_path: Path,
) -> None:
    plan = _plan(tmp_path, GENONAUT_AUTH__MODE="password", GENONAUT_SIMULATOR__PORT="0")
    text = "\n".join(hints_of(plan, "logs", is_set_up=False))
    assert f"Open {plan.api_url}/ to create the first administrator" in text
    assert "genonaut users create NAME --admin --env demo" in text
    assert "genonaut generate" not in text
    assert hints_of(plan, "logs", is_set_up=True)[0] == f"Open {plan.api_url}/"
