"""What spans and tracers are."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol

import msgspec

Value = str | int | float | bool


class SpanKind(StrEnum):
    """What a span measures; OpenTelemetry's kinds."""

    INTERNAL = "internal"
    SERVER = "server"
    CLIENT = "client"
    PRODUCER = "producer"
    CONSUMER = "consumer"


class Span(Protocol):
    """A span that has begun."""

    @property
    def traceparent(self) -> str | None:
        """Return how other processes name it: the header of W3C Trace Context; None without one."""

    def set(self, name: str, value: Value) -> None:
        """Set an attribute."""

    def fail(self, kind: str) -> None:
        """Mark it as failed, with the type of the error."""


class Tracer(Protocol):
    """Makes spans."""

    def span(
        self,
        name: str,
        *,
        kind: SpanKind,
        parent: str | None,
        attributes: Mapping[str, Value],
        is_child: bool,
    ) -> AbstractContextManager[Span]:
        """Return a span that lasts for the block; see `genonaut.tracing.spans.span`."""

    def record(
        self, name: str, *, parent: str | None, seconds: float, attributes: Mapping[str, Value]
    ) -> None:
        """Add a span that ends now; see `genonaut.tracing.spans.record`."""

    async def close(self) -> None:
        """Send what is waiting, for a few seconds at most."""


class TracingOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Where traces are sent, and which."""

    endpoint: str
    """URL of an OTLP receiver over HTTP, without ``/v1/traces``; empty: none are sent."""
    sample_percent: float
    """Share of the traces that begin here; one that began elsewhere is sent if that side sends it."""
    service: str
