"""Options that every command shares."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from genonaut.config import Environment

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def env_option(command: Decorated) -> Decorated:
    """Add ``--env``; the command receives it as ``environment``."""
    return click.option(
        "--env",
        "environment",
        type=click.Choice([str(name) for name in Environment]),
        envvar="APP_ENV",
        default=str(Environment.DEV),
        show_default="APP_ENV, else dev",
        help="The environment whose settings are used.",
    )(command)


def server_option(command: Decorated) -> Decorated:
    """Add ``--server``; the command receives a URL, or None to search for the API."""
    return click.option(
        "--server",
        envvar="GENONAUT_SERVER",
        metavar="URL",
        show_envvar=True,
        help="Address of the API.  [default: the running `genonaut up`, else the configured port]",
    )(command)
