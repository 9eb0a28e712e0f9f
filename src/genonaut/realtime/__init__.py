"""Redis pub/sub: publish events and deliver them to the websockets of each process."""

from genonaut.realtime.bus import Bus
from genonaut.realtime.connection import connect_redis
from genonaut.realtime.hub import Hub
from genonaut.realtime.mailbox import Envelope, Mailbox, MailboxClosedError
from genonaut.realtime.preview_board import JobPreview, PreviewBoard
from genonaut.realtime.progress_board import JobProgress, ProgressBoard

__all__ = [
    "Bus",
    "Envelope",
    "Hub",
    "JobPreview",
    "JobProgress",
    "Mailbox",
    "MailboxClosedError",
    "PreviewBoard",
    "ProgressBoard",
    "connect_redis",
]
