"""The hidden option ``--supervised`` of the supervisor's child processes."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from genonaut.cli.up.parent_watch import end_with_supervisor

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def _start_parent_watch(ctx: click.Context, option: click.Parameter, value: bool) -> None:
    del ctx, option
    if value:
        end_with_supervisor()


def supervised_option(command: Decorated) -> Decorated:
    """Add ``--supervised``: the process ends when its standard input ends."""
    return click.option(
        "--supervised", is_flag=True, hidden=True, expose_value=False, callback=_start_parent_watch
    )(command)
