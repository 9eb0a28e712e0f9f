"""ARQ: send tasks, and a worker that is woken by pub/sub instead of polling."""

from genonaut.taskqueue.queue import TaskQueue, decode_task
from genonaut.taskqueue.woken_worker import WakeUpWorker, WokenWorker

__all__ = ["TaskQueue", "WakeUpWorker", "WokenWorker", "decode_task"]
