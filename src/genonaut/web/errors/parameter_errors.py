"""Everything that is wrong with the parameters beside a body: those of query and headers.

The framework checks the parameters of each dependency apart, stops at the first that objects, and
calls them by their names in Python. Nothing here runs for a request that is right.
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
from genonaut.web.errors.messages import in_words

_BESIDE_THE_BODY = frozenset({ParamType.QUERY, ParamType.HEADER})


class Parameter(NamedTuple):
    """A parameter as clients call it, and the type that its text must have."""

    name: str
    source: ParamType
    kind: Any
    is_required: bool
    is_list: bool


def parameters(handler: BaseRouteHandler) -> Mapping[str, Parameter]:
    """Return what a route and its dependencies take from query and headers, by name in Python."""
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
            elif isinstance(declared, ParameterKwarg) and declared.param_type in _BESIDE_THE_BODY:
                found[name] = _parameter(name, field, declared, kinds[name])
    return found


def wrong_parameters(request: Request[Any, Any, Any]) -> Iterator[FieldError]:
    """Yield what is wrong with each parameter of a request, one complaint for each."""
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
            yield FieldError(*in_words(parameter.name, message))


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
