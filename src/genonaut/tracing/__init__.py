"""Optional traces of requests and jobs by OpenTelemetry, from the extra ``genonaut[otel]``."""
