"""The readiness check is shared and cached."""

import asyncio

from genonaut.web.health import CachedCheck


async def test_concurrent_callers_share_one_check_per_second() -> None:
    now, checks = 100.0, 0

    async def check() -> bool:
        nonlocal checks
        checks += 1
        await asyncio.sleep(0)
        return checks == 1

    cached = CachedCheck(check, clock=lambda: now)
    assert await asyncio.gather(*(cached.result() for _ in range(20))) == [True] * 20
    now += 0.99
    assert await cached.result()
    assert checks == 1
    now += 0.01
    assert not await cached.result()
    assert checks == 2


async def test_a_cancelled_caller_leaves_the_check_to_the_next() -> None:
    started, answer = asyncio.Event(), asyncio.Event()

    async def check() -> bool:
        started.set()
        await answer.wait()
        return True

    cached = CachedCheck(check)
    first = asyncio.create_task(cached.result())
    await started.wait()
    second = asyncio.create_task(cached.result())
    first.cancel()
    answer.set()
    assert await second
