"""Redis pub/sub: publish events and deliver them to the websockets of each process."""

from genonaut.realtime.bus import Bus, connect_redis
from genonaut.realtime.hub import Hub
from genonaut.realtime.mailbox import Envelope, Mailbox, MailboxClosedError
from genonaut.realtime.progress_board import JobProgress, ProgressBoard

__all__ = [
    "Bus",
    "Envelope",
    "Hub",
    "JobProgress",
    "Mailbox",
    "MailboxClosedError",
    "ProgressBoard",
    "connect_redis",
]
