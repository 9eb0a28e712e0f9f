"""``genonaut webhooks test``: one call, without a database."""

from collections.abc import Sequence
from uuid import uuid4

import msgspec

from genonaut.cli.output import printable
from genonaut.cli.running_services import resolved_settings
from genonaut.core.clock import utcnow
from genonaut.notifications.webhooks.addresses import AddressPolicy
from genonaut.notifications.webhooks.destinations import parse_destination
from genonaut.notifications.webhooks.events import TEST_EVENT
from genonaut.notifications.webhooks.payloads import TestData, encode_payload
from genonaut.notifications.webhooks.sender import Answer, Message, WebhookSender
from genonaut.notifications.webhooks.signing import new_secret, read_secret, show_secret


class Report(msgspec.Struct, frozen=True):
    """Whether the receiver accepted the event, and the lines to print."""

    is_success: bool
    lines: Sequence[str]


async def send_test_event(environment: str, url: str, secret: str | None) -> Report:
    """Send a test event and return the outcome.

    Raises:
        InvalidInputError: the URL is not allowed, or the secret is not valid.
    """
    settings = resolved_settings(environment).webhooks
    parse_destination(url, AddressPolicy(settings.allowed_hosts))
    key = read_secret(secret) if secret else new_secret()
    message = Message(
        url=url,
        message_id=f"msg_{uuid4().hex}",
        body=encode_payload(TEST_EVENT, TestData(), at=utcnow()).encode(),
        keys=[key],
    )
    answer = await WebhookSender(settings).send(message)
    generated = [] if secret else [f"signed with {show_secret(key)}"]
    return Report(answer.is_success, [*generated, *_lines_of(message, answer)])


def _lines_of(message: Message, answer: Answer) -> list[str]:
    lines = [
        f"sent {message.message_id}: {message.body.decode()}",
        f"{printable(answer.summary)} after {answer.duration_ms} ms",
    ]
    if answer.excerpt:
        lines.append(f"the response begins: {printable(answer.excerpt)}")
    return lines
