"""Record all log output of a session and search it for secrets."""

import contextlib
import logging
import re
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any

import structlog
from tests.support.accounts import PASSWORD

SECRETS = {
    "an API key": re.compile(r"gn_\d+_[0-9a-f]{64}"),
    "a password": re.compile(rf"{PASSWORD}|another horse battery|a good password"),
    "a hash of a password": re.compile(r"\$argon2id\$"),
    "a cookie": re.compile(r"genonaut_session=|\bcsrf=|set-cookie", re.IGNORECASE),
    "credentials": re.compile(r"authorization['\"]?[:=]|bearer gn_", re.IGNORECASE),
    "a password in an address": re.compile(r"\w+://[^\s/:@]*:[^\s/:@*]+@"),
}
# The only secret that may be logged; it is invalid after the first registration.
_SETUP = "setup.needed"


@contextlib.contextmanager
def recording_logs() -> Iterator[list[str]]:
    """Collect the lines of structlog and the standard library."""
    lines: list[str] = []

    def record(
        logger: object, method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        del logger, method
        copied = structlog.processors.format_exc_info(None, "", dict(event))
        if event.get("event") != _SETUP:
            lines.append(repr(copied))
        return event

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Handler()
    processors = structlog.get_config()["processors"]
    processors.insert(0, record)
    logging.getLogger().addHandler(handler)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(handler)
        if record in processors:
            processors.remove(record)


def secrets_in(lines: Sequence[str]) -> list[str]:
    """Return the lines that contain a secret, each after the kind of secret."""
    return [
        f"{name}: {line[:300]}"
        for line in lines
        for name, pattern in SECRETS.items()
        if pattern.search(line)
    ]
