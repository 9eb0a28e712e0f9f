"""DNS resolution that allows connections to checked addresses only."""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult

from genonaut.notifications.webhooks.addresses import AddressPolicy


class CheckedResolver(AbstractResolver):
    """Checks every address that another resolver returns.

    The client connects to the returned addresses only, so a name cannot resolve to another address
    between the check and the connection (DNS rebinding).
    """

    def __init__(self, inner: AbstractResolver, policy: AddressPolicy) -> None:
        self._inner = inner
        self._policy = policy

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a host.

        Raises:
            AddressRefusedError: one of the addresses is not allowed.
            OSError: the name cannot be resolved.
        """
        answers = await self._inner.resolve(host, port, family)
        for answer in answers:
            self._policy.check_address(host, answer["host"])
        return answers

    async def close(self) -> None:
        """Close the wrapped resolver."""
        await self._inner.close()
