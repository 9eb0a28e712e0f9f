"""``genonaut users``: the accounts of an environment, straight in its database."""

import sys

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings

_password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)


@click.group()
def users() -> None:
    """Make, list and look after the accounts of an environment.

    Works on the database itself, whether the API runs or not.
    """


@users.command()
@click.argument("username")
@click.option("--admin", is_flag=True, help="Make an administrator.")
@click.option("--email", help="An e-mail address.")
@click.option("--no-password", is_flag=True, help="Leave the account without a password.")
@_password_stdin
@env_option
def create(
    *,
    username: str,
    admin: bool,
    email: str | None,
    no_password: bool,
    password_stdin: bool,
    environment: str,
) -> None:
    """Make an account named USERNAME.

    The first administrator takes over the local user and all that it made.
    """
    from genonaut.cli.users.actions import on_accounts  # noqa: PLC0415 - loads SQLAlchemy

    settings = resolved_settings(environment)
    password = None if no_password else _ask_password(from_stdin=password_stdin)
    made = on_accounts(
        settings,
        lambda accounts: accounts.create(username, password=password, email=email, is_admin=admin),
    )
    click.echo(f"{made.username} is {'an administrator' if admin else 'a user'} now")


@users.command(name="list")
@env_option
def list_users(environment: str) -> None:
    """List the accounts by name."""
    from genonaut.cli.output import print_table  # noqa: PLC0415 - loads rich
    from genonaut.cli.users.actions import on_accounts  # noqa: PLC0415 - loads SQLAlchemy

    rows = on_accounts(resolved_settings(environment), lambda accounts: accounts.rows())
    print_table(("name", "role", "active", "password", "last login", "id"), rows)


@users.command()
@click.argument("username")
@_password_stdin
@env_option
def passwd(username: str, password_stdin: bool, environment: str) -> None:
    """Give USERNAME another password; every login of theirs ends."""
    from genonaut.cli.users.actions import on_accounts  # noqa: PLC0415 - loads SQLAlchemy

    settings = resolved_settings(environment)
    password = _ask_password(from_stdin=password_stdin)
    on_accounts(settings, lambda accounts: accounts.set_password(username, password))
    click.echo(f"{username} has another password now")


@users.command()
@click.argument("username")
@env_option
def deactivate(username: str, environment: str) -> None:
    """Shut USERNAME out: logins end and API keys are revoked at once."""
    from genonaut.cli.users.actions import on_accounts  # noqa: PLC0415 - loads SQLAlchemy

    on_accounts(resolved_settings(environment), lambda accounts: accounts.deactivate(username))
    click.echo(f"{username} is shut out")


@users.command()
@click.argument("username")
@env_option
def promote(username: str, environment: str) -> None:
    """Make USERNAME an administrator."""
    from genonaut.cli.users.actions import on_accounts  # noqa: PLC0415 - loads SQLAlchemy

    on_accounts(resolved_settings(environment), lambda accounts: accounts.promote(username))
    click.echo(f"{username} is an administrator now")


def _ask_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
