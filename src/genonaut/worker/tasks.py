"""The handlers of background tasks."""

from collections.abc import Awaitable, Callable, Mapping
from functools import reduce
from operator import or_
from typing import Any

import msgspec
import structlog

from genonaut.catalog.messages import HashModels, RefreshModels
from genonaut.catalog.refresh.hashing_task import hash_models
from genonaut.catalog.refresh.refresher import refresh_models
from genonaut.core.messages import Task
from genonaut.notifications.push.messages import SendPush
from genonaut.notifications.push.sender import send_push
from genonaut.notifications.webhooks.handlers import deliver_webhook
from genonaut.notifications.webhooks.messages import DeliverWebhook
from genonaut.runtime import Runtime
from genonaut.taskqueue import decode_task

log = structlog.get_logger()
# Each handler takes the task type that it is listed under, which types cannot express.
Handler = Callable[[Runtime, Any], Awaitable[None]]

HANDLERS: Mapping[type[Task], Handler] = {
    DeliverWebhook: deliver_webhook,
    HashModels: hash_models,
    RefreshModels: refresh_models,
    SendPush: send_push,
}
_KINDS: Any = reduce(or_, HANDLERS)


async def run_background(runtime: Runtime, payload: bytes) -> None:
    """Run one task; a task type of another version is logged and dropped."""
    try:
        task = decode_task(payload, _KINDS)
    except msgspec.MsgspecError as error:
        log.warning("task.unknown", error=str(error))
        return
    await HANDLERS[type(task)](runtime, task)
