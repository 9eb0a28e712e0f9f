"""The sending side of ARQ, and the worker that is woken instead of polling."""

from genonaut.taskqueue.queue import TaskQueue, decode_task
from genonaut.taskqueue.woken_worker import WokenWorker

__all__ = ["TaskQueue", "WokenWorker", "decode_task"]
