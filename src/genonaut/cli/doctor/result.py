"""The outcome of one check."""

from enum import StrEnum

import msgspec


class CheckStatus(StrEnum):
    """How bad it is; only ``MISSING`` makes the doctor fail."""

    OK = "ok"
    OPTIONAL = "optional"
    """Not there, and only some people need it."""
    WARNING = "warning"
    MISSING = "missing"


class CheckResult(msgspec.Struct, frozen=True):
    """What was looked at, what was found, and what to do about it."""

    subject: str
    health: CheckStatus
    detail: str
    remedy: str = ""
