"""Spans of requests, submissions, attempts and requests to ComfyUI servers.

While no traces are sent, each function here compares one name with None, and no package of
OpenTelemetry is imported. Attributes contain no prompts, names, addresses or credentials.
"""

import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager

from genonaut.core.errors import SettingsError
from genonaut.tracing.model import Span, SpanKind, Tracer, TracingOptions, Value


class _NoSpan:
    """Stands for every span while no traces are sent."""

    traceparent: str | None = None

    def set(self, name: str, value: Value) -> None:
        """Do nothing."""

    def fail(self, kind: str) -> None:
        """Do nothing."""


_NO_ATTRIBUTES: Mapping[str, Value] = {}
_NO_SPAN: Span = _NoSpan()
_OFF: AbstractContextManager[Span] = contextlib.nullcontext(_NO_SPAN)
_tracer: Tracer | None = None


def is_active() -> bool:
    """Return whether traces are sent."""
    return _tracer is not None


def span(
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    attributes: Mapping[str, Value] = _NO_ATTRIBUTES,
    is_child: bool = False,
) -> AbstractContextManager[Span]:
    """Return a span that lasts for the block; an exception marks it as failed.

    Args:
        name: few values: no ids.
        kind: what it measures.
        parent: a ``traceparent``; None: the span of the surrounding block.
        attributes: names as in OpenTelemetry's conventions, else with the prefix ``genonaut.``.
        is_child: measure only within another span.
    """
    if _tracer is None:
        return _OFF
    return _tracer.span(name, kind=kind, parent=parent, attributes=attributes, is_child=is_child)


def record(
    name: str,
    *,
    seconds: float,
    parent: str | None = None,
    attributes: Mapping[str, Value] = _NO_ATTRIBUTES,
) -> None:
    """Add a span that took so many seconds and ends now."""
    if _tracer is not None:
        _tracer.record(name, parent=parent, seconds=seconds, attributes=attributes)


@contextlib.asynccontextmanager
async def tracing(options: TracingOptions) -> AsyncIterator[None]:
    """Send traces during the block, if there is an address to send them to.

    Raises:
        SettingsError: the packages of the extra ``otel`` are missing.
    """
    if not options.endpoint:
        yield
        return
    try:
        from genonaut.tracing.opentelemetry_spans import (  # noqa: PLC0415 - optional packages
            exporting_tracer,
        )
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"tracing.endpoint is set, but the package {error.name} is missing; "
            "install genonaut[otel], or leave tracing.endpoint empty"
        ) from error
    async with using(exporting_tracer(options)):
        yield


@contextlib.asynccontextmanager
async def using(tracer: Tracer) -> AsyncIterator[None]:
    """Use a tracer during the block, in the whole process, and close it."""
    global _tracer  # noqa: PLW0603  # as the metrics: one per process
    before, _tracer = _tracer, tracer
    try:
        yield
    finally:
        _tracer = before
        await tracer.close()
