"""Examples of the OpenAPI document: request bodies and successful answers of every route.

``examples.json`` has real answers with stable ids and times, written by `just openapi-examples`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIMediaType, Operation

FILE_NAME = "examples.json"
_JSON = "application/json"


class RouteExamples(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body that was sent, and the answer by its status; without those that have none."""

    request: Any = None
    responses: dict[str, Any] = {}


@cache
def recorded_examples() -> Mapping[str, RouteExamples]:
    """Return the examples by method and path, such as ``GET /api/v1/tags``."""
    data = files(__package__).joinpath(FILE_NAME).read_bytes()
    return msgspec.json.decode(data, type=dict[str, RouteExamples])


def add_examples(handler: HTTPRouteHandler, path: str) -> None:
    """Let the document show the examples of a handler; they are read when the document is made."""
    (method,) = handler.http_methods - {"HEAD"} or {"HEAD"}

    declared = handler.operation_class

    @dataclass
    class ExemplifiedOperation(declared):  # type: ignore[valid-type, misc]
        def __post_init__(self) -> None:
            complete = getattr(super(), "__post_init__", None)
            if complete is not None:  # the handler's own operation describes its body
                complete()
            found = recorded_examples().get(f"{method} {path}")
            if found is not None:
                _fill(self, found)

    handler.operation_class = ExemplifiedOperation


def _fill(operation: Operation, found: RouteExamples) -> None:
    body: Any = operation.request_body
    if body is not None and found.request is not None:
        _show(body.content, found.request)
    responses: Mapping[str, Any] = operation.responses or {}
    for status, answer in found.responses.items():
        if status in responses:
            _show(responses[status].content, answer)


def _show(content: Mapping[str, OpenAPIMediaType] | None, example: object) -> None:
    if content is not None and _JSON in content:
        # Litestar removes nulls from dictionaries, as from other parts of the document.
        content[_JSON].example = msgspec.Raw(msgspec.json.encode(example))
