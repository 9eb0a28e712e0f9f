"""Configure structlog and the standard library once per process; both write the same format."""

import logging
import sys
import threading
from types import TracebackType

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

# At their lowest levels uvicorn and websockets write the headers of every handshake: cookies, keys.
_NOISY = ("aiohttp.access", "uvicorn.access", "uvicorn.error", "websockets", "asyncio", "arq")
log = structlog.get_logger()


def writes_json(style: str) -> bool:
    """Return whether the log consists of JSON lines; ``style`` as for ``configure_logging``."""
    return style == "json" or (style == "auto" and not sys.stderr.isatty())


def configure_logging(*, level: str, style: str) -> None:
    """Write events of ``level`` and above to standard error.

    As JSON, every line of the log is one event: also those of libraries that use ``logging`` or
    ``warnings``, and exceptions that end the process or a thread.

    Args:
        level: debug, info, warning or error.
        style: ``json``, ``console``, or ``auto`` (console on a terminal, JSON elsewhere).
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    as_json = writes_json(style)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=repr)]
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
        # One write per line: lines of several processes that share a file are not mixed.
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    if as_json:
        logging.captureWarnings(capture=True)
        sys.excepthook = _log_uncaught
        threading.excepthook = _log_uncaught_in_thread


def _log_uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("process.crashed", exc_info=(kind, error, traceback))


def _log_uncaught_in_thread(crash: threading.ExceptHookArgs) -> None:
    error = crash.exc_value
    if error is not None and not isinstance(error, SystemExit):
        name = crash.thread.name if crash.thread else None
        log.critical("thread.crashed", thread=name, exc_info=error)
