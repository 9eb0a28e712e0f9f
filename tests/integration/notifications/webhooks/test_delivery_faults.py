"""A response counts although the database was away or the process frozen."""

import asyncio
import socket
import threading
import time

from sqlalchemy import select, text
from tests.support.locks import sessions_waiting, terminate_waiting_sessions
from tests.support.notifications import end_job, make_batch
from tests.support.people import Person, Town
from tests.support.service import eventually
from tests.support.webhook_receivers import receiving

from genonaut.config.settings import WebhookSettings
from genonaut.notifications.webhooks.handlers import deliver_webhook
from genonaut.notifications.webhooks.messages import DeliverWebhook
from genonaut.notifications.webhooks.sender import Message, WebhookSender
from genonaut.notifications.webhooks.tables import DeliveryStatus, WebhookDelivery
from genonaut.runtime import Runtime

HOLD = text("SELECT FROM webhook_deliveries FOR UPDATE")


async def only_delivery(runtime: Runtime) -> WebhookDelivery:
    async with runtime.begin() as uow:
        return (await uow.session.scalars(select(WebhookDelivery))).one()


async def test_a_result_is_recorded_although_the_database_was_away(town: Town, ann: Person) -> None:
    runtime = town.runtime
    async with receiving() as receiver:
        hook = {"url": receiver.url, "events": ["job.completed"]}
        assert (await ann.http.post("/webhooks/", json=hook)).status_code == 201
        (job_id,) = await make_batch(runtime, ann.identity.user_id)
        await end_job(runtime, job_id, "completed")
        delivery_id = (await only_delivery(runtime)).id
        receiver.may_answer.clear()
        call = asyncio.create_task(deliver_webhook(runtime, DeliverWebhook(delivery_id)))
        await receiver.is_called.wait()
        async with runtime.begin() as uow:
            await uow.session.execute(HOLD)
            receiver.may_answer.set()
            await eventually(sessions_waiting(runtime))
            await terminate_waiting_sessions(uow)
        await call
        assert len(receiver.calls) == 1
    done = await only_delivery(runtime)
    assert (done.status, done.tries, done.status_code) == (DeliveryStatus.DELIVERED, 1, 204)


async def test_a_response_that_arrived_while_the_process_was_frozen_counts() -> None:
    settings = WebhookSettings(allowed_hosts=("127.0.0.1",), timeout_seconds=2.0)
    loop = asyncio.get_running_loop()
    is_answered = threading.Event()

    def freeze() -> None:
        is_answered.wait()
        time.sleep(settings.timeout_seconds)

    def answer(recipient: socket.socket) -> None:
        connection, _ = recipient.accept()
        with connection:
            connection.recv(65536)
            loop.call_soon_threadsafe(freeze)
            connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            is_answered.set()

    with socket.create_server(("127.0.0.1", 0)) as recipient:
        receiver = threading.Thread(target=answer, args=[recipient], daemon=True)
        receiver.start()
        url = f"http://127.0.0.1:{recipient.getsockname()[1]}/"
        message = Message(url=url, message_id="msg_1", body=b"{}", keys=[b"k" * 32])
        result = await WebhookSender(settings).send(message)
        receiver.join()
    assert (result.status_code, result.error) == (204, None)
