"""List all errors in the query parameters and headers of a request.

The framework checks the parameters of each dependency separately, stops at the first error, and
reports Python names. This code runs only for requests that were already refused.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from litestar import Request
from litestar.di import Provide
from litestar.enums import ParamType
from litestar.handlers import BaseRouteHandler
from litestar.params import ParameterKwarg
from litestar.typing import FieldDefinition

from genonaut.core.errors import FieldError
from genonaut.core.validation_messages import user_message

_SOURCES = frozenset({ParamType.QUERY, ParamType.HEADER})


class Parameter(NamedTuple):
    """A parameter with its public name and the type that its text must convert to."""

    name: str
    source: ParamType
    kind: Any
    is_required: bool
    is_list: bool


def parameters(handler: BaseRouteHandler) -> Mapping[str, Parameter]:
    """Return the query and header parameters of a route and its dependencies, by Python name."""
    provided = handler.resolve_dependencies()
    found: dict[str, Parameter] = {}
    reached: list[BaseRouteHandler | Provide] = [handler]
    for part in reached:
        kinds = {field.name: field.type for field in msgspec.structs.fields(part.signature_model)}
        for name, field in part.parsed_fn_signature.parameters.items():
            declared = field.kwarg_definition
            if name in provided:
                if provided[name] not in reached:
                    reached.append(provided[name])
            elif isinstance(declared, ParameterKwarg) and declared.param_type in _SOURCES:
                found[name] = _parameter(name, field, declared, kinds[name])
    return found


def parameter_errors(request: Request[Any, Any, Any]) -> Iterator[FieldError]:
    """Yield one error for each invalid or missing parameter of a request."""
    for parameter in parameters(request.route_handler).values():
        given = _given(request, parameter)
        if not given:
            if parameter.is_required:
                yield FieldError(parameter.name, "is required")
            continue
        try:
            msgspec.convert(given if parameter.is_list else given[-1], parameter.kind, strict=False)
        except msgspec.ValidationError as error:
            message = str(error).partition(" - at `$")[0]
            yield FieldError(*user_message(parameter.name, message))


def _parameter(
    name: str, field: FieldDefinition, declared: ParameterKwarg, kind: object
) -> Parameter:
    choices = [field, *field.inner_types] if field.is_optional else [field]
    return Parameter(
        name=declared.name or declared.query or declared.header or name,
        source=declared.param_type,
        kind=kind,
        is_required=field.is_required and not field.is_optional,
        is_list=any(one.is_non_string_sequence for one in choices),
    )


def _given(request: Request[Any, Any, Any], parameter: Parameter) -> list[str]:
    if parameter.source is ParamType.HEADER:
        return request.headers.getall(parameter.name, [])
    return request.query_params.getall(parameter.name, [])
