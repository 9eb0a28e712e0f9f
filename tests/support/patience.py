"""How long a test waits for what must come.

No test is about this: it says only when to give up, and a busy machine that stands still for
seconds now and then must come nowhere near it.
"""

import asyncio

PATIENCE_SECONDS = 90.0


def patiently() -> asyncio.Timeout:
    """Give up within the block when what must come surely does not."""
    return asyncio.timeout(PATIENCE_SECONDS)
