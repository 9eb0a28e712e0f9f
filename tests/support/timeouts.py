"""How long a test waits for an expected event.

The limit only ends tests that would hang. It is long enough for a busy machine that freezes for
seconds.
"""

import asyncio

PATIENCE_SECONDS = 90.0


def patiently() -> asyncio.Timeout:
    """Time out the block when the expected event does not occur."""
    return asyncio.timeout(PATIENCE_SECONDS)
