"""A click group that imports a command when it runs, not when it is listed."""

import importlib
from collections.abc import Mapping

import click

from genonaut.core.errors import GenonautError

Sections = Mapping[str, Mapping[str, tuple[str, str]]]
"""Heading to command name to (``module:attribute``, one line of help)."""


class LazyGroup(click.Group):
    """Lists its commands under headings; prints a ``GenonautError`` as one line, without traceback."""

    def __init__(self, *, sections: Sections, name: str, help: str) -> None:  # noqa: A002  # click's name
        super().__init__(name=name, help=help)
        self._sections = sections
        self._targets = {
            name: target for section in sections.values() for name, (target, _) in section.items()
        }
        for section in sections.values():
            for command, (_, summary) in section.items():
                # Placeholder for uses that need only the name, such as suggestions.
                self.commands[command] = click.Command(command, short_help=summary)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module; None for an unknown name."""
        del ctx
        target = self._targets.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{target} is not a command")
        return command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help page."""
        del ctx
        return list(self._targets)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help page without importing the commands, which would take seconds."""
        del ctx
        for heading, section in self._sections.items():
            with formatter.section(heading):
                formatter.write_dl([(name, summary) for name, (_, summary) in section.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a ``GenonautError`` becomes one line and exit status 1."""
        try:
            return super().invoke(ctx)
        except GenonautError as error:
            raise click.ClickException(str(error)) from error
