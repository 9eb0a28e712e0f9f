"""The outcome of one check."""

from enum import StrEnum

import msgspec


class CheckStatus(StrEnum):
    """The severity of a result; only ``MISSING`` makes ``genonaut doctor`` fail."""

    OK = "ok"
    OPTIONAL = "optional"
    """Absent, and needed for few purposes."""
    WARNING = "warning"
    MISSING = "missing"


class CheckResult(msgspec.Struct, frozen=True):
    """What was checked, what was found, and how to fix it (empty if nothing is wrong)."""

    subject: str
    status: CheckStatus
    detail: str
    remedy: str = ""
