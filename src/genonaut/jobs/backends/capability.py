"""The one rule which backend can render a job: it must offer everything that the job needs.

In SQL for claims, waiting reasons and retries, and in Python for the check of submissions. Names are
compared as ``folder/name``; node classes are in the folder ``nodes``.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ARRAY, ColumnElement, Text, bindparam

from genonaut.jobs.params import NODES
from genonaut.jobs.tables import ComfyuiBackend

_NODE_PREFIX = f"{NODES}/"
LACKS_NODE_LIST = f"""
NOT EXISTS (SELECT FROM unnest(b.offers) AS offer WHERE starts_with(offer, '{_NODE_PREFIX}'))
"""  # constants of this module
"""SQL: backend ``b`` was last reported by a worker of a version that did not report node classes."""


def can_render(needs: str) -> str:
    """Return SQL: backend ``b`` offers all of the array ``needs``; NULL if it never answered."""
    return f"b.offers @> {needs}"


def lacks(need: str) -> str:
    """Return SQL: backend ``b`` is known not to offer ``need``; NULL if it never answered."""
    is_node = f"starts_with({need}, '{_NODE_PREFIX}')"
    return f"({need} <> ALL(b.offers) AND NOT ({is_node} AND {LACKS_NODE_LIST}))"


def may_render(needs: str) -> str:
    """Return SQL: it is not known whether backend ``b`` can render a job with these needs."""
    return f"""
(b.offers IS NULL OR NOT {can_render(needs)} AND NOT EXISTS (
    SELECT FROM unnest({needs}) AS need WHERE {lacks("need")}))
"""  # the arguments are constants of their callers


def is_capable(needs: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a row of ``ComfyuiBackend`` offers all needs."""
    return ComfyuiBackend.offers.op("@>", return_type=None, is_comparison=True)(
        bindparam("needs", list(needs), ARRAY(Text))
    )


def missing_at(offers: Collection[str] | None, needs: Collection[str]) -> list[str] | None:
    """Return what a backend with these offers is known to lack; None if it may have everything.

    Args:
        offers: what the backend offers; None if it never answered.
        needs: what a job needs.
    """
    if offers is None:
        return None
    missing = [need for need in needs if need not in offers]
    if any(offer.startswith(_NODE_PREFIX) for offer in offers):
        return missing
    known = [need for need in missing if not need.startswith(_NODE_PREFIX)]
    return known or (None if missing else [])
