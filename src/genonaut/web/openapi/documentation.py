"""What an application needs to describe itself."""

from dataclasses import dataclass

from litestar.openapi import OpenAPIConfig
from litestar.plugins import PluginProtocol


@dataclass(frozen=True)
class Documentation:
    """The configuration of the OpenAPI document, and the plugins that complete it."""

    config: OpenAPIConfig
    plugins: list[PluginProtocol]
