"""Options that every command shares."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from genonaut.config import Environment

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def env_option(command: Decorated) -> Decorated:
    """Add ``--env``; the command gets it as ``environment``."""
    return click.option(
        "--env",
        "environment",
        type=click.Choice([str(name) for name in Environment]),
        envvar="APP_ENV",
        default=str(Environment.DEV),
        show_default="APP_ENV, else dev",
        help="The environment whose settings apply.",
    )(command)


def server_option(command: Decorated) -> Decorated:
    """Add ``--server``; the command gets an URL, or None to look for one."""
    return click.option(
        "--server",
        envvar="GENONAUT_SERVER",
        metavar="URL",
        show_envvar=True,
        help="The API to talk to.  [default: the running `genonaut up`, else the configured port]",
    )(command)
