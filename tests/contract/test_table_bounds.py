"""Every table has a bound, and docs/operations.md says which."""

import importlib
import pkgutil
import re

from tests.contract.test_configuration_docs import settings_rows
from tests.contract.test_documents import code_words, table

import genonaut
from genonaut.config import Settings, load_settings, project_root
from genonaut.db.base import Base
from genonaut.monitoring.retention import expired_rows

OPERATIONS = project_root() / "docs" / "operations.md"


# A new module of tables registers its tables here by its name.
for _module in pkgutil.walk_packages(genonaut.__path__, "genonaut."):
    if _module.name.endswith("tables"):
        importlib.import_module(_module.name)


def bounds() -> dict[str, str]:
    """Return the bound of each documented table."""
    return {name: cells[2] for cells in table(OPERATIONS, "Table") for name in code_words(cells[0])}


def test_every_table_is_listed_with_its_bound() -> None:
    assert set(bounds()) == set(Base.metadata.tables)
    assert all(bounds().values())


def test_the_settings_of_the_bounds_exist() -> None:
    known = {f"{row.section}.{row.key}" for row in settings_rows()}
    named = {word for cell in bounds().values() for word in code_words(cell) if "." in word}
    assert named <= known


def test_every_rule_is_the_bound_of_its_table() -> None:
    settings: Settings = load_settings("test", {})
    for rule in expired_rows(settings):
        assert rule.setting in code_words(bounds()[rule.table.name]), rule.name
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", rule.setting)
