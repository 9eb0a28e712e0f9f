"""Whatever a file holds, the conversion gives a graph or a clear error, in bounded time."""

import contextlib
import copy
import json
import random
from typing import Any

import pytest
from tests.support.workflow_corpus import corpus, names

from genonaut.workflows.conversion import ConversionError, convert
from genonaut.workflows.object_info import bundled_object_info

_CLASSES = bundled_object_info()
_STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 2**70, 1e308, float("nan"), float("inf"), "", "x", "9" * 5_000, "\x00", [], {},
    [None], [[1, 2, 3, 4, 5, 6]], {"id": 1}, {"a": {"b": []}}, [[-10, 0], ["-1", "text"]],
)  # fmt: skip


def _places(value: Any, found: list[tuple[Any, Any]]) -> None:
    """Collect every place of a JSON value as container and key."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        found.append((value, key))
        if isinstance(item, dict | list):
            _places(item, found)


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_gives_a_graph_or_a_clear_error(seed: int) -> None:
    source = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
    data = copy.deepcopy(corpus()[source.choice(names("exact"))]["ui"])
    places: list[tuple[Any, Any]] = []
    _places(data, places)
    for container, key in source.sample(places, min(len(places), 25)):
        container[key] = copy.deepcopy(source.choice(_STRANGE))
    graph: Any = {}
    with contextlib.suppress(ConversionError):
        graph = convert(data, _CLASSES)
    assert json.dumps(graph)


def test_a_long_chain_of_reroutes_is_followed() -> None:
    count = 2_000
    reroutes = [
        {
            "id": number,
            "type": "Reroute",
            "mode": 0,
            "inputs": [{"name": "", "type": "*", "link": number}],
        }
        for number in range(1, count)
    ]
    nodes = [
        {"id": 0, "type": "LoadImage", "mode": 0, "widgets_values": ["example.png"]},
        *reroutes,
        {
            "id": count,
            "type": "PreviewImage",
            "mode": 0,
            "inputs": [{"name": "images", "type": "IMAGE", "link": count}],
        },
    ]
    links = [[number, number - 1, 0, number, 0, "*"] for number in range(1, count + 1)]
    graph = convert({"version": 0.4, "nodes": nodes, "links": links}, _CLASSES)
    assert graph[str(count)]["inputs"]["images"] == ["0", 0]
