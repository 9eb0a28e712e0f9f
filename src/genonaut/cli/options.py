"""Options that every command shares."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from genonaut.config import Environment

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def env_option(command: Decorated) -> Decorated:
    """Add ``--env``; the command receives it as ``environment``."""
    return _env_option(show_default="APP_ENV, else dev")(command)


def _env_option(**attributes: Any) -> Callable[[Decorated], Decorated]:  # noqa: ANN401  # click's
    return click.option(
        "--env",
        "environment",
        type=click.Choice([str(name) for name in Environment]),
        envvar="APP_ENV",
        default=str(Environment.DEV),
        help="The environment whose settings are used.",
        **attributes,
    )


def _running_unless_given(ctx: click.Context, option: click.Parameter, value: str) -> str:
    is_given = ctx.get_parameter_source(option.name) is not ParameterSource.DEFAULT
    if is_given or ctx.params.get("server"):
        return value
    from genonaut.cli.running_services import running_environment  # noqa: PLC0415 - loads psutil

    running = running_environment(default=value)
    if running != value and not ctx.resilient_parsing:
        click.echo(f"using the running environment {running}", err=True)
    return running


def api_options(command: Decorated) -> Decorated:
    """Add ``--env`` and ``--server`` to a command that uses the API.

    ``server`` is a URL, or None to search for the API. Without ``--env`` and ``APP_ENV``, the
    environment is the one that runs, see ``running_environment``.
    """
    command = click.option(
        "--server",
        envvar="GENONAUT_SERVER",
        metavar="URL",
        show_envvar=True,
        is_eager=True,  # so that its value is known when the environment is chosen
        help="Address of the API.  [default: the running `genonaut up`, else the configured port]",
    )(command)
    return _env_option(
        callback=_running_unless_given,
        show_default="APP_ENV, else the running one, else dev",
    )(command)
