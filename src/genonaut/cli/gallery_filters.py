"""Options that filter the gallery; lists and saved searches share them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
_TYPES = ("image", "video", "audio", "text", "model3d", "file")
_SCOPE = click.option(
    "--scope",
    type=click.Choice(["mine", "community", "all"]),
    help="Your items, public items of other users, or both.  [default: mine]",
)
_WORKFLOW = click.option(
    "--workflow", "workflow_id", type=click.IntRange(1), help="Made by this workflow."
)
_OF_OWN_ITEMS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--search",
        metavar="TEXT",
        help='Words or "phrases" in title, prompt and tags; all must occur.',
    ),
    click.option(
        "--tag", "tags", metavar="TAG", multiple=True, help="With this tag; repeat for more."
    ),
    click.option("--type", "content_type", type=click.Choice(_TYPES), help="Only of this type."),
    click.option(
        "--checkpoint",
        "--model",
        "checkpoint_model",
        metavar="NAME",
        help="Made with this checkpoint.",
    ),
    click.option("--from", "created_from", type=_DAY, help="Made at this time (UTC) or later."),
    click.option("--to", "created_to", type=_DAY, help="Made at this time (UTC) or earlier."),
    click.option("--min-rating", type=click.IntRange(1, 5), help="With at least so many stars."),
    click.option(
        "--size",
        type=click.Choice(["small", "medium", "large", "huge"]),
        help="Below 0.5, 1.5, 4.5 million pixels, or more.",
    ),
    click.option("--favourites", "favourite", is_flag=True, help="Only your favourites."),
)
sort_option = click.option(
    "--sort", type=click.Choice(["newest", "oldest", "top-rated"]), help="Order.  [default: newest]"
)


def filter_options(command: Command) -> Command:
    """Add the options; ``filter_of`` reads them."""
    return _SCOPE(own_filter_options(_WORKFLOW(command)))


def own_filter_options(command: Command) -> Command:
    """Add the options that select own items for a change of many; ``bulk_filter_of`` reads them."""
    for option in reversed(_OF_OWN_ITEMS):
        command = option(command)
    return command


def filter_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the given options as fields of a stored filter."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, datetime):
            found[name] = f"{value.isoformat()}Z"
        elif isinstance(value, tuple):
            found |= {name: list(value)} if value else {}
        elif value:
            found[name] = value
    return found


def bulk_filter_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the given options as the filter of a change of many items."""
    found = filter_of(given)
    return found | ({"tags": ",".join(found["tags"])} if "tags" in found else {})


def parameters_of(stored: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the fields of a filter as parameters of a list of items."""
    found = []
    for name, value in stored.items():
        if isinstance(value, list):
            found += [(name, ",".join(value))] if value else []
        elif isinstance(value, bool):
            found += [(name, "true")] if value else []
        elif value is not None:
            found.append((name, str(value)))
    return found
