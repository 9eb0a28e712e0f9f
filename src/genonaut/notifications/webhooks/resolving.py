"""Look a host up and let the connection go to nothing but what was looked at."""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult

from genonaut.notifications.webhooks.addresses import AddressPolicy


class CheckedResolver(AbstractResolver):
    """Checks every answer of another resolver before the client gets one of them.

    The client connects to the addresses that are returned here and asks nobody else, so that a
    name cannot lead elsewhere between the check and the connection.
    """

    def __init__(self, inner: AbstractResolver, policy: AddressPolicy) -> None:
        self._inner = inner
        self._policy = policy

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a host.

        Raises:
            AddressRefusedError: one of them may not be reached, which taints all of them.
            OSError: the name cannot be resolved.
        """
        answers = await self._inner.resolve(host, port, family)
        for answer in answers:
            self._policy.check_address(host, answer["host"])
        return answers

    async def close(self) -> None:
        """Close the other resolver."""
        await self._inner.close()
