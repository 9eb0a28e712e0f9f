"""The table at the end of a start."""

from pathlib import Path

from genonaut.cli.up.options import UpOptions
from genonaut.cli.up.plan import make_plan
from genonaut.cli.up.reporter import Reporter
from genonaut.cli.up.stores import Stores
from genonaut.cli.up.summary import rows_of
from genonaut.cli.up.supervisor import Supervisor
from genonaut.config import load_settings


def test_the_table_contains_no_passwords(tmp_path: Path) -> None:
    settings = load_settings(
        "demo",
        {
            "GENONAUT_EMBEDDED__DATA_DIR": str(tmp_path),
            "GENONAUT_WEB__PORT": "0",
            "COMFYUI_URL": "http://me:secret@gpu:8188",
        },
    )
    plan = make_plan(settings, UpOptions())
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
