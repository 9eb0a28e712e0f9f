"""The faults of a chaos run, chosen by a seeded generator."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis
from tests.chaos.installation import NAMESPACE, Installation, Process
from tests.chaos.proxy import FaultyProxy, Mode

Fault = Callable[[], Awaitable[None]]


class Faults:
    """Injects one fault after another until it is cancelled; counts them by name."""

    def __init__(self, here: Installation, seed: int) -> None:
        self._here = here
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.counts: Counter[str] = Counter()

    async def run(self) -> None:
        """Inject faults with pauses of up to two seconds."""
        while True:
            name, fault = self._random.choice(self._choices())
            self.counts[name] += 1
            await fault()
            await asyncio.sleep(self._random.uniform(0.1, 2.0))

    async def heal(self) -> None:
        """End every fault: continue, restart and reconnect everything."""
        for proxy in self._here.proxies:
            proxy.set_mode("pass")
        for process in self._here.processes:
            process.send(signal.SIGCONT)
            if process.has_ended:
                await process.start()

    def _choices(self) -> list[tuple[str, Fault]]:
        here, pick = self._here, self._random.choice
        programs = (*here.workers, *here.workers, *here.apis, *here.simulators)
        stores = (here.database, here.redis)
        proxies: tuple[tuple[str, FaultyProxy], ...] = (
            ("database", here.database),
            ("redis", here.redis),
            ("comfyui", pick(here.comfyui)),
        )
        name, proxy = pick(proxies)
        modes: tuple[Mode, ...] = ("refuse", "reset", "freeze")
        mode = pick(modes)
        return [
            ("kill", lambda: self._end(pick(programs), signal.SIGKILL)),
            ("stop", lambda: self._end(pick(here.workers), signal.SIGTERM)),
            ("freeze process", lambda: self._freeze(pick(programs))),
            (f"{mode} {name}", lambda: self._spoil(proxy, mode)),
            ("cut connections", lambda: self._cut(pick((*stores, *here.comfyui)))),
            ("delete keys", self._delete_keys),
        ]

    async def _end(self, process: Process, number: signal.Signals) -> None:
        process.send(number)
        await process.ended()
        await asyncio.sleep(self._random.uniform(0, 5))
        await process.start()

    async def _freeze(self, process: Process) -> None:
        process.send(signal.SIGSTOP)
        await asyncio.sleep(self._random.choice((0.5, 3, 8, 25)))
        process.send(signal.SIGCONT)

    async def _spoil(self, proxy: FaultyProxy, mode: Mode) -> None:
        proxy.set_mode(mode)
        if mode != "freeze":
            proxy.cut()
        await asyncio.sleep(self._random.choice((0.5, 3, 8)))
        proxy.set_mode("pass")

    async def _cut(self, proxy: FaultyProxy) -> None:
        proxy.cut()

    async def _delete_keys(self) -> None:
        redis = Redis.from_url(self._here.redis_url)
        try:
            async for key in redis.scan_iter(f"{NAMESPACE}:*"):
                await redis.delete(key)
        finally:
            await redis.aclose()
