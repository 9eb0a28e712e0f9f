"""Modules that are loaded by their first use."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from genonaut.core.deferred_module import DeferredModule


def test_the_first_attribute_loads_the_module_and_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deferred_one.py").write_text("value = object()\n")
    (tmp_path / "deferred_two.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    module = DeferredModule("deferred_one", "deferred_two")
    assert "deferred_one" not in sys.modules
    with ThreadPoolExecutor(4) as threads:
        values = set(threads.map(lambda _: module.value, range(8)))
    assert values == {sys.modules["deferred_one"].value}
    assert "deferred_two" in sys.modules
    with pytest.raises(AttributeError):
        module.missing  # noqa: B018
