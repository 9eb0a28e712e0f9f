"""Redis pub/sub: publish events, and fan them out to the websockets of a process."""

from genonaut.realtime.bus import Bus, connect_redis
from genonaut.realtime.hub import Hub
from genonaut.realtime.mailbox import Delivery, Mailbox, MailboxClosedError
from genonaut.realtime.progress import Progress, ProgressBoard

__all__ = [
    "Bus",
    "Delivery",
    "Hub",
    "Mailbox",
    "MailboxClosedError",
    "Progress",
    "ProgressBoard",
    "connect_redis",
]
