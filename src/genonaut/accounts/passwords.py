"""Argon2id in separate threads; their number bounds the memory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from genonaut.accounts.tokens import new_token
from genonaut.config.settings import AuthSettings

P = ParamSpec("P")
T = TypeVar("T")


class Passwords:
    """Hashes and verifies passwords outside of the event loop; opened by ``open_passwords``."""

    def __init__(self, hasher: PasswordHasher, threads: ThreadPoolExecutor) -> None:
        self._hasher = hasher
        self._threads = threads
        self._decoy = ""

    async def prepare(self) -> None:
        """Create the hash with which passwords of unknown users are compared."""
        self._decoy = await self.hash(new_token())

    async def hash(self, password: str) -> str:
        """Return the hash in PHC form, with the configured parameters."""
        return await self._in_thread(self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password is right; takes equally long when there is no hash."""
        is_right = await self._in_thread(self._verify, password_hash or self._decoy, password)
        return is_right and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether the hash has other parameters than the configured ones."""
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_thread(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: act(*args, **kwargs))


@contextlib.asynccontextmanager
async def open_passwords(settings: AuthSettings) -> AsyncIterator[Passwords]:
    """Yield the hasher; its threads end with the context."""
    hasher = PasswordHasher(
        time_cost=settings.argon2_time_cost,
        memory_cost=settings.argon2_memory_kib,
        parallelism=settings.argon2_parallelism,
    )
    threads = ThreadPoolExecutor(settings.argon2_threads, "argon2")
    try:
        passwords = Passwords(hasher, threads)
        await passwords.prepare()
        yield passwords
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
