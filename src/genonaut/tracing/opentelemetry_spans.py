"""Spans by OpenTelemetry; imported only when traces are sent."""

import asyncio
import contextlib
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from importlib.metadata import version

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace import StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from genonaut.tracing.model import Span, SpanKind, TracingOptions, Value

_KINDS = {
    SpanKind.INTERNAL: trace.SpanKind.INTERNAL,
    SpanKind.SERVER: trace.SpanKind.SERVER,
    SpanKind.CLIENT: trace.SpanKind.CLIENT,
    SpanKind.PRODUCER: trace.SpanKind.PRODUCER,
    SpanKind.CONSUMER: trace.SpanKind.CONSUMER,
}
_HEADER = "traceparent"
_EXPORT_SECONDS = 5.0
"""Longest time for which a process waits at its end for a receiver that does not answer."""
_propagator = TraceContextTextMapPropagator()


class OpenTelemetryTracer:
    """Makes spans in a provider of its own, not in the global one."""

    def __init__(self, options: TracingOptions, processor: SpanProcessor) -> None:
        self._provider = TracerProvider(
            sampler=ParentBasedTraceIdRatio(options.sample_percent / 100),
            resource=Resource.create(
                {"service.name": options.service, "service.version": version("genonaut")}
            ),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("genonaut")

    def span(
        self,
        name: str,
        *,
        kind: SpanKind,
        parent: str | None,
        attributes: Mapping[str, Value],
        is_child: bool,
    ) -> AbstractContextManager[Span]:
        """Return a span that lasts for the block."""
        if is_child and not trace.get_current_span().get_span_context().is_valid:
            return contextlib.nullcontext(_OpenSpan(trace.INVALID_SPAN))
        return self._measured(name, kind, _context_of(parent), attributes)

    @contextlib.contextmanager
    def _measured(
        self, name: str, kind: SpanKind, context: Context | None, attributes: Mapping[str, Value]
    ) -> Iterator[Span]:
        with self._tracer.start_as_current_span(
            name,
            context=context,
            kind=_KINDS[kind],
            attributes=dict(attributes),
            # The messages of exceptions may contain prompts.
            record_exception=False,
            set_status_on_exception=False,
        ) as current:
            opened = _OpenSpan(current)
            try:
                yield opened
            except BaseException as error:
                opened.fail(type(error).__name__)
                raise

    def record(
        self, name: str, *, parent: str | None, seconds: float, attributes: Mapping[str, Value]
    ) -> None:
        """Add a span that ends now."""
        now = time.time_ns()
        recorded = self._tracer.start_span(
            name,
            context=_context_of(parent),
            attributes=dict(attributes),
            start_time=now - int(seconds * 1e9),
        )
        recorded.end(now)

    async def close(self) -> None:
        """Send what is waiting."""
        await asyncio.to_thread(self._provider.shutdown)


class _OpenSpan:
    def __init__(self, inner: trace.Span) -> None:
        self._inner = inner

    @property
    def traceparent(self) -> str | None:
        """Return the value of the header."""
        carrier: dict[str, str] = {}
        _propagator.inject(carrier, trace.set_span_in_context(self._inner))
        return carrier.get(_HEADER)

    def set(self, name: str, value: Value) -> None:
        """Set an attribute."""
        self._inner.set_attribute(name, value)

    def fail(self, kind: str) -> None:
        """Mark the span as failed."""
        self._inner.set_attribute("error.type", kind)
        self._inner.set_status(StatusCode.ERROR)


def exporting_tracer(options: TracingOptions) -> OpenTelemetryTracer:
    """Return a tracer that sends spans in batches, from a thread of its own.

    Further options of the exporter and the batches are the variables ``OTEL_…`` of OpenTelemetry.
    """
    address = f"{options.endpoint.rstrip('/')}/v1/traces"
    exporter = OTLPSpanExporter(endpoint=address, timeout=_EXPORT_SECONDS)
    return OpenTelemetryTracer(options, BatchSpanProcessor(exporter))


def _context_of(traceparent: str | None) -> Context | None:
    """Return the context that a header names; None: the current one, also for a malformed header."""
    if traceparent is None:
        return None
    context = _propagator.extract({_HEADER: traceparent}, context=Context())
    return context if trace.get_current_span(context).get_span_context().is_valid else None
