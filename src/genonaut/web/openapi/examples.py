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
from litestar.openapi.spec import Example, OpenAPIMediaType, Operation

FILE_NAME = "examples.json"
_JSON = "application/json"
_FIRST = "text_to_image"
"""The name of the example of the first body; the only route with named ones submits jobs."""


class NamedExample(msgspec.Struct, frozen=True):
    """One of several ways to use a route: the body that was sent and its answer."""

    summary: str
    status: str
    request: Any
    response: Any


class RouteExamples(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body that was sent, and the answer by its status; without those that have none.

    ``named`` are more examples, by name, which the document shows beside the first.
    """

    request: Any = None
    responses: dict[str, Any] = {}
    named: dict[str, NamedExample] = {}
    summary: str = ""
    """Of the first example, if there are named ones."""


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
    if found.named:
        _fill_named(operation, found)
        return
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


def _fill_named(operation: Operation, found: RouteExamples) -> None:
    """Show all examples by name; a media type has either one example or named ones."""
    body: Any = operation.request_body
    responses: Mapping[str, Any] = operation.responses or {}
    named = dict(found.named)
    for status, answer in found.responses.items():
        named = {_FIRST: NamedExample(found.summary, status, found.request, answer), **named}
    _show_named(body.content, {name: (one.summary, one.request) for name, one in named.items()})
    for status, response in responses.items():
        of_status = {
            name: (one.summary, one.response) for name, one in named.items() if one.status == status
        }
        if of_status:
            _show_named(response.content, of_status)


def _show_named(
    content: Mapping[str, OpenAPIMediaType] | None, named: Mapping[str, tuple[str, object]]
) -> None:
    if content is not None and _JSON in content:
        content[_JSON].examples = {
            name: Example(summary=summary, value=msgspec.Raw(msgspec.json.encode(value)))
            for name, (summary, value) in named.items()
        }
