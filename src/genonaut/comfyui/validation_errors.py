"""Readable messages for ComfyUI's validation errors."""

import difflib
import itertools
from collections.abc import Mapping
from typing import Any

import msgspec

from genonaut.comfyui.errors import GraphRefusedError, NodeProblem
from genonaut.comfyui.server_text import plain_text
from genonaut.comfyui.wire import MalformedError, NodeErrors, Refusal, RefusalDetail, decode

# ComfyUI includes up to this many choices in its response; longer lists are null.
_CHOICES_SHOWN = 20
_TEXT_LIMIT = 200
_MAX_PROBLEMS = 20


def refusal_of(body: bytes, graph: Mapping[str, Any]) -> GraphRefusedError:
    """Return an error that names node, input and value, from the body of a 400."""
    try:
        refusal = decode(body, Refusal)
    except MalformedError:
        return GraphRefusedError(
            f"ComfyUI refused the graph: {_shorten(body.decode(errors='replace'))}"
        )
    error = refusal.error if isinstance(refusal.error, RefusalDetail) else RefusalDetail()
    summary = " ".join(dict.fromkeys(filter(None, (error.message, error.details)))) or str(
        refusal.error
    )
    return _build_error(summary, error.type, refusal.node_errors, graph)


def partial_refusal(node_errors: object, graph: Mapping[str, Any]) -> GraphRefusedError:
    """Return the error for a 200 whose ``node_errors`` name outputs that will not run."""
    return _build_error("some outputs would not run", "outputs_dropped", node_errors, graph)


def _build_error(
    summary: str, kind: str, node_errors: object, graph: Mapping[str, Any]
) -> GraphRefusedError:
    found = node_errors if isinstance(node_errors, dict) else {}
    every = (
        problem
        for node_id, errors in found.items()
        for problem in _problems_of(_shorten(str(node_id)), errors, graph)
    )
    problems = tuple(itertools.islice(every, _MAX_PROBLEMS))
    words = (
        "; ".join(problem.message for problem in problems)
        or f"ComfyUI refused the graph: {summary}"
    )
    return GraphRefusedError(words, kind=kind, problems=problems, node_errors=found)


def _problems_of(node_id: str, raw: object, graph: Mapping[str, Any]) -> list[NodeProblem]:
    try:
        errors = msgspec.convert(raw, NodeErrors)
    except msgspec.ValidationError:
        return []
    title = _title_of(node_id, errors.class_type, graph)
    return [_problem(node_id, errors.class_type, title, detail) for detail in errors.errors]


def _title_of(node_id: str, class_type: str, graph: Mapping[str, Any]) -> str:
    node = graph.get(node_id)
    meta = node.get("_meta") if isinstance(node, Mapping) else None
    title = meta.get("title") if isinstance(meta, Mapping) else None
    return str(title or class_type or f"node {node_id}")


def _problem(node_id: str, class_type: str, title: str, detail: RefusalDetail) -> NodeProblem:
    extra = detail.extra_info if isinstance(detail.extra_info, dict) else {}
    input_name = extra.get("input_name")
    received = _shorten(str(extra["received_value"])) if "received_value" in extra else None
    return NodeProblem(
        node_id=node_id,
        node_type=class_type,
        title=title,
        kind=detail.type,
        input_name=None if input_name is None else str(input_name),
        received=received,
        message=f"{title}: {_describe(detail, input_name, received, extra.get('input_config'))}",
    )


def _describe(detail: RefusalDetail, name: object, received: str | None, config: object) -> str:
    limits = config[1] if isinstance(config, list) and len(config) > 1 else None
    limits = limits if isinstance(limits, dict) else {}
    match detail.type:
        case "value_not_in_list":
            return (
                f"{name} “{received}” is not available on this server{_choices(received, config)}"
            )
        case "required_input_missing":
            return f"{name or detail.details} is missing"
        case "value_smaller_than_min":
            return f"{name} {received} is below the minimum of {limits.get('min')}"
        case "value_bigger_than_max":
            return f"{name} {received} is above the maximum of {limits.get('max')}"
        case "invalid_input_type" if received is not None:
            return f"{name} “{received}” has the wrong type"
    return _shorten(": ".join(filter(None, (detail.message, detail.details))))


def _choices(received: str | None, config: object) -> str:
    choices = config[0] if isinstance(config, list) and config else None
    if not isinstance(choices, list) or not 0 < len(choices) <= _CHOICES_SHOWN:
        return ""
    names = [str(choice) for choice in choices]
    # Compare without suffixes: ".safetensors" would make all model files similar.
    stems = {name.rpartition(".")[0] or name: name for name in names}
    wanted = (received or "").rpartition(".")[0] or (received or "")
    similar = [stems[stem] for stem in difflib.get_close_matches(wanted, stems, n=3)]
    words = f"; similar: {', '.join(similar)}" if similar else f"; it has {', '.join(names)}"
    return _shorten(words)


def _shorten(text: str) -> str:
    text = plain_text(text.strip(), _TEXT_LIMIT + 1)
    return text if len(text) <= _TEXT_LIMIT else f"{text[:_TEXT_LIMIT]}…"
