"""``genonaut users``: manage the users of an environment, directly in its database."""

import sys

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings

_password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)


@click.group()
def users() -> None:
    """Create, list and change the users of an environment.

    Works directly on the database, whether the API runs or not.
    """


@users.command()
@click.argument("username")
@click.option("--admin", is_flag=True, help="Create an administrator.")
@click.option("--email", help="E-mail address.")
@click.option("--no-password", is_flag=True, help="Create the user without a password.")
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
    """Create the user USERNAME.

    The first administrator takes over the local user and everything it owns.
    """
    from genonaut.cli.users.actions import run_with_accounts  # noqa: PLC0415 - loads SQLAlchemy

    settings = resolved_settings(environment)
    password = None if no_password else _ask_password(from_stdin=password_stdin)
    made = run_with_accounts(
        settings,
        lambda accounts: accounts.create(username, password=password, email=email, is_admin=admin),
    )
    click.echo(f"created {'administrator' if admin else 'user'} {made.username}")


@users.command(name="list")
@env_option
def list_users(environment: str) -> None:
    """List the users by name."""
    from genonaut.cli.output import print_table  # noqa: PLC0415 - loads rich
    from genonaut.cli.users.actions import run_with_accounts  # noqa: PLC0415 - loads SQLAlchemy

    rows = run_with_accounts(resolved_settings(environment), lambda accounts: accounts.rows())
    print_table(("Name", "Role", "Active", "Password", "Last login", "Id"), rows)


@users.command()
@click.argument("username")
@click.option("--keep-api-keys", is_flag=True, help="Do not revoke the user's API keys.")
@_password_stdin
@env_option
def passwd(username: str, keep_api_keys: bool, password_stdin: bool, environment: str) -> None:
    """Change the password of USERNAME; ends all sessions and revokes the API keys of the user."""
    from genonaut.cli.users.actions import run_with_accounts  # noqa: PLC0415 - loads SQLAlchemy

    settings = resolved_settings(environment)
    password = _ask_password(from_stdin=password_stdin)
    run_with_accounts(
        settings,
        lambda accounts: accounts.set_password(username, password, keep_api_keys=keep_api_keys),
    )
    click.echo(f"changed the password of {username}")


@users.command()
@click.argument("username")
@env_option
def deactivate(username: str, environment: str) -> None:
    """Deactivate USERNAME: ends all sessions and revokes all API keys at once."""
    from genonaut.cli.users.actions import run_with_accounts  # noqa: PLC0415 - loads SQLAlchemy

    run_with_accounts(
        resolved_settings(environment), lambda accounts: accounts.deactivate(username)
    )
    click.echo(f"{username} is deactivated")


@users.command()
@click.argument("username")
@env_option
def promote(username: str, environment: str) -> None:
    """Make USERNAME an administrator."""
    from genonaut.cli.users.actions import run_with_accounts  # noqa: PLC0415 - loads SQLAlchemy

    run_with_accounts(resolved_settings(environment), lambda accounts: accounts.promote(username))
    click.echo(f"{username} is now an administrator")


def _ask_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
