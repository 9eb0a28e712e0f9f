"""Configure structlog once per process; secrets never reach a log line."""

import logging
import sys

import structlog

# At their lowest levels uvicorn and websockets write the headers of every handshake: cookies, keys.
_NOISY = ("aiohttp.access", "uvicorn.access", "uvicorn.error", "websockets", "asyncio", "arq")


def configure_logging(*, level: str, style: str) -> None:
    """Write events of ``level`` and above to standard error.

    Args:
        level: debug, info, warning or error.
        style: ``json``, ``console``, or ``auto`` (console on a terminal, JSON elsewhere).
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    as_json = style == "json" or (style == "auto" and not sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if as_json
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
