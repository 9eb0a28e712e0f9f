"""Check the inputs of a run against the form, and resolve seeds, defaults and dynamic prompts."""

import difflib
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from genonaut.core.errors import FieldError, InvalidInputError
from genonaut.core.schemas import Value
from genonaut.workflows.conversion.node_classes import NodeClasses
from genonaut.workflows.conversion.texts import resolve_dynamic_prompt
from genonaut.workflows.file_inputs import SENT_TYPES, is_annotated
from genonaut.workflows.forms import Field, FieldTarget, FieldType
from genonaut.workflows.forms.graph_inputs import graph_inputs
from genonaut.workflows.graphs import Graph
from genonaut.workflows.input_schema import MAX_TEXT_LENGTH, Options, bounds_of
from genonaut.workflows.optional_files import Omission, without_file
from genonaut.workflows.requirements import option_named

Json = Any

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_SHOWN_OPTIONS = 5
_REFERENCE_KEYS = frozenset({"upload_id", "content_id"})
_MAX_ID = 2**63 - 1


class SetValue(Value, frozen=True):
    """A value that is put into an input of the graph."""

    node_id: str
    input: str
    value: Any


class NamedFile(Value, frozen=True):
    """A file that the inputs name; exactly one of the ids is set."""

    key: str
    type: FieldType
    targets: tuple[FieldTarget, ...]
    upload_id: int | None = None
    content_id: int | None = None


class ResolvedInputs(Value, frozen=True):
    """The inputs of one job: ``values`` by the keys of the form, ``sets`` by the inputs of the graph."""

    values: dict[str, Any]
    sets: tuple[SetValue, ...]
    files: tuple[NamedFile, ...]
    omitted: Omission = Omission()
    """What goes from the graph, because optional files are not given."""

    def apply(self, graph: Graph) -> Graph:
        """Return the graph with these values; ``graph`` is not changed."""
        changed = {
            node_id: {**node, "inputs": dict(node["inputs"])}
            for node_id, node in self.omitted.apply(graph).items()
        }
        for one in self.sets:
            if one.node_id in changed:
                changed[one.node_id]["inputs"][one.input] = one.value
        return changed


class InputReader:
    """Reads the inputs of one version; the same for all jobs of a batch."""

    def __init__(
        self, form: Sequence[Field], graph: Graph, classes: Mapping[str, Json], options: Options
    ) -> None:
        """Take the version.

        Args:
            form: its fields.
            graph: its graph.
            classes: the node classes, for dynamic prompts.
            options: what a field of type choice or model accepts at present; None: unknown.
        """
        self._form = form
        self._graph = graph
        self._options = options
        self._classes = classes
        self._dynamic = tuple(_dynamic_places(graph, classes))

    def check(self, given: Mapping[str, Json]) -> dict[str, Json]:
        """Return the values by key, with defaults; seeds that are not given are left out.

        Raises:
            InvalidInputError: names ``inputs.<key>`` of all that are unknown, missing or invalid.
        """
        known = {field.key: field for field in self._form if not field.is_hidden}
        errors = [
            FieldError(f"inputs.{key[:100]}", _unknown(key, known))
            for key in given
            if key not in known
        ]
        values = {}
        for field in self._form:
            try:
                value = self._value(field, given)
                if value is None and field.type in SENT_TYPES:
                    without_file(field, self._graph, self._classes)
            except ValueError as error:
                errors.append(FieldError(f"inputs.{field.key}", str(error)))
                continue
            if value is not None:
                values[field.key] = value
        if errors:
            raise InvalidInputError(*errors)
        return values

    def resolve(
        self, values: Mapping[str, Json], *, index: int, draw: Callable[[int], int]
    ) -> ResolvedInputs:
        """Return the inputs of job ``index`` of a batch.

        Seeds grow by one from job to job. Each job chooses its own alternatives of ``{a|b}``.

        Args:
            values: what ``check`` returned, with seeds.
            index: place of the job in its batch, from 0.
            draw: returns a random integer below its argument.
        """
        resolved = dict(values)
        sets: dict[tuple[str, str], Json] = {}
        for field in self._form:
            if field.key not in values or field.type in SENT_TYPES:
                continue
            value = values[field.key]
            if field.type is FieldType.SEED:
                value = _nth_seed(field, value, index)
            resolved[field.key] = value
            sets |= {(one.node_id, one.input): value for one in field.targets}
        for place in self._dynamic:
            text = sets.get(place, self._graph[place[0]]["inputs"][place[1]])
            if isinstance(text, str):
                sets[place] = resolve_dynamic_prompt(text, draw)
        for field in self._form:
            place = field.node_id, field.input
            if field.type is FieldType.TEXT and field.key in resolved and place in sets:
                resolved[field.key] = sets[place]
        return ResolvedInputs(
            values=resolved,
            sets=tuple(
                SetValue(node_id=node_id, input=name, value=value)
                for (node_id, name), value in sets.items()
            ),
            files=tuple(self._files(values)),
            omitted=self._omission(values),
        )

    def with_seeds(self, values: Mapping[str, Json], draw: Callable[[int], int]) -> dict[str, Json]:
        """Return the values with a random seed for each field of that type that has none."""
        drawn = {}
        for field in self._form:
            if field.type is FieldType.SEED and field.key not in values:
                low, high = _seed_bounds(field)
                drawn[field.key] = low + draw(high - low + 1)
        return {**values, **drawn}

    def _omission(self, values: Mapping[str, Json]) -> Omission:
        found = [
            without_file(field, self._graph, self._classes)
            for field in self._form
            if field.type in SENT_TYPES and field.key not in values
        ]
        return Omission(
            nodes=tuple(dict.fromkeys(node_id for one in found for node_id in one.nodes)),
            inputs=tuple(target for one in found for target in one.inputs),
        )

    def _files(self, values: Mapping[str, Json]) -> Iterator[NamedFile]:
        for field in self._form:
            if field.type in SENT_TYPES and field.key in values:
                yield NamedFile(
                    key=field.key, type=field.type, targets=field.targets, **values[field.key]
                )

    def _value(self, field: Field, given: Mapping[str, Json]) -> Json:
        """Return the value of a field; None if it has none.

        Raises:
            ValueError: the value is missing or does not fit; says why.
        """
        value = None if field.is_hidden else given.get(field.key)
        if value is None and field.type is FieldType.SEED:
            return None
        if value is None:
            value = field.default
            if field.type in SENT_TYPES and not isinstance(value, dict):
                value = None  # the name of a file of the author's server
        if value is None:
            if field.required:
                raise ValueError("is required")
            return None
        if field.type in SENT_TYPES:
            return _reference(value)
        if field.type in {FieldType.CHOICE, FieldType.MODEL}:
            return self._choice(field, value)
        return _CHECKS[field.type](field, value)

    def _choice(self, field: Field, value: Json) -> Json:
        offered = self._options(field)
        if offered is None:
            if not isinstance(value, str | int | float) or is_annotated(value):
                raise ValueError("must be one of the options")
            return value
        found = option_named(value, offered)
        if found is None:
            raise ValueError(_not_offered(value, offered))
        return found


def _dynamic_places(graph: Graph, classes: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield node and input of each text in which ``{a|b}`` and comments have a meaning.

    Source: ComfyUI frontend, src/extensions/core/dynamicPrompts.ts.
    """
    for place, entry in graph_inputs(graph, NodeClasses(classes)).items():
        if entry.spec.widget_type == "STRING" and entry.spec.options.get("dynamicPrompts"):
            yield place


def _nth_seed(field: Field, first: int, index: int) -> int:
    low, high = _seed_bounds(field)
    return low + (first - low + index) % (high - low + 1)


def _seed_bounds(field: Field) -> tuple[int, int]:
    low, high = bounds_of(field)
    return int(low or 0), max(int(high or 0), int(low or 0))


def _text(field: Field, value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004  # one kind of error for all checks
    if len(value) > MAX_TEXT_LENGTH:
        raise ValueError(f"has {len(value)} characters; at most {MAX_TEXT_LENGTH} are allowed")
    if field.required and not value.strip():
        raise ValueError("must not be empty")
    if "\0" in value or any("\ud800" <= one <= "\udfff" for one in value):
        raise ValueError("contains a character that cannot be stored")
    if is_annotated(value):
        raise ValueError("must not end with [input], [output] or [temp], like the name of a file")
    return value


def _integer(field: Field, value: Json) -> int:
    number = _number(field, value)
    if number != int(number):
        raise ValueError("must be an integer")
    return int(number)


def _number(field: Field, value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")  # noqa: TRY004  # one kind of error for all checks
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("must be a finite number")
    low, high = bounds_of(field)
    if low is not None and value < low:
        raise ValueError(f"must be {low} or more")
    if high is not None and value > high:
        raise ValueError(f"must be {high} or less")
    return value


def _boolean(field: Field, value: Json) -> bool:
    del field
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004  # one kind of error for all checks
    return value


def _color(field: Field, value: Json) -> str:
    del field
    if not isinstance(value, str) or not _COLOR.fullmatch(value):
        raise ValueError("must be a colour like #ff8800")
    return value


def _no_value(field: Field, value: Json) -> Json:
    del value
    raise ValueError(f"files of type {field.type} cannot be sent")


_CHECKS: dict[FieldType, Callable[[Field, Json], Json]] = {
    FieldType.TEXT: _text,
    FieldType.INTEGER: _integer,
    FieldType.SEED: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.COLOR: _color,
    FieldType.FILE: _no_value,
}


def _reference(value: Json) -> dict[str, int]:
    """Return a reference to a file, ``{"upload_id": 3}`` or ``{"content_id": 12}``."""
    ids = {} if not isinstance(value, dict) else {k: v for k, v in value.items() if v is not None}
    is_valid = len(ids) == 1 and ids.keys() <= _REFERENCE_KEYS
    number = next(iter(ids.values()), None)
    if not is_valid or type(number) is not int or not 0 < number <= _MAX_ID:
        raise ValueError('must name a file: {"upload_id": 3} or {"content_id": 12}')
    return ids


def _not_offered(value: Json, offered: Sequence[Json]) -> str:
    shown = str(value)[:100]
    near = difflib.get_close_matches(shown, [str(one) for one in offered], n=3, cutoff=0.4)
    if near:
        return f"{shown!r} is not offered; did you mean {' or '.join(near)}?"
    listed = ", ".join(str(one)[:100] for one in offered[:_SHOWN_OPTIONS])
    more = len(offered) - _SHOWN_OPTIONS
    return f"{shown!r} is not offered; available: {listed}" + (
        f" and {more} more" if more > 0 else ""
    )


def _unknown(key: str, known: Mapping[str, Field]) -> str:
    near = difflib.get_close_matches(key[:100], list(known), n=1)
    return "is no input of this workflow" + (f"; did you mean {near[0]}?" if near else "")
