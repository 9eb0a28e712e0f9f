"""Push notifications: subscriptions, what a push service receives, and subscriptions that ended."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.support.people import Person, Town
from tests.support.webhook_receivers import Receiver, receiving

from genonaut.core.base64url import decode_base64url, encode_base64url
from genonaut.notifications.dispatcher import Announcement, NotificationDispatcher
from genonaut.notifications.push.messages import SendPush
from genonaut.notifications.push.sender import send_push
from genonaut.notifications.tables import NotificationType


class Browser:
    """A browser with a subscription, as it decrypts messages (RFC 8291)."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.point = self.key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        self.secret = b"sixteen  bytes!!"

    def subscription(self, endpoint: str) -> dict[str, Any]:
        keys = {"p256dh": encode_base64url(self.point), "auth": encode_base64url(self.secret)}
        return {"endpoint": endpoint, "keys": keys, "expirationTime": None}

    def decrypt(self, body: bytes) -> dict[str, Any]:
        salt, sender, sealed = body[:16], body[21:86], body[86:]
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.key.exchange(ec.ECDH(), point)
        info = b"WebPush: info\0" + self.point + sender
        key = HKDF(SHA256(), 32, self.secret, info).derive(shared)
        content = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(key)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(key)
        plain = AESGCM(content).decrypt(nonce, sealed, None)
        found: dict[str, Any] = json.loads(plain.removesuffix(b"\x02"))
        return found


async def subscribe(person: Person, browser: Browser, endpoint: str) -> int:
    answer = await person.http.post("/push/subscriptions", json=browser.subscription(endpoint))
    assert answer.status_code == 201, answer.text
    found: int = answer.json()["id"]
    return found


async def push(town: Town, person: Person, **fields: Any) -> None:
    task = SendPush(
        user_id=person.identity.user_id, title="Your image is ready", message="a red fox",
        path="/view/7", tag="batch:1", **fields,
    )  # fmt: skip
    await send_push(town.runtime, task)


async def test_a_push_service_gets_an_encrypted_and_signed_message(
    town: Town, ann: Person, bob: Person
) -> None:
    public_key = (await ann.http.get("/push/key")).json()["public_key"]
    browser = Browser()
    async with receiving(Receiver(statuses=[201])) as receiver:
        await subscribe(ann, browser, receiver.url)
        await push(town, ann)
        await push(town, bob)
    [call] = receiver.calls
    assert call.headers["content-encoding"] == "aes128gcm"
    assert int(call.headers["ttl"]) > 0
    assert browser.decrypt(call.body) == {
        "title": "Your image is ready", "message": "a red fox", "path": "/view/7", "tag": "batch:1",
    }  # fmt: skip
    token, key = call.headers["authorization"].removeprefix("vapid t=").split(", k=")
    assert key == public_key == (await bob.http.get("/push/key")).json()["public_key"]
    point = decode_base64url(key) or b""
    pem = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    claims = jwt.decode(token, ECKey.import_key(pem), algorithms=["ES256"]).claims
    assert receiver.url.startswith(claims["aud"])
    assert claims["sub"].startswith("https://")
    [row] = (await ann.http.get("/push/subscriptions")).json()["items"]
    assert row["sent_at"] is not None


async def test_subscriptions_that_have_ended_are_deleted_and_others_are_kept(
    town: Town, ann: Person
) -> None:
    answers = {404: 0, 410: 0, 429: 1, 500: 1, 301: 1}
    for status, left in answers.items():
        async with receiving(Receiver(statuses=[status])) as receiver:
            subscription_id = await subscribe(ann, Browser(), receiver.url)
            await push(town, ann)
            assert len(receiver.calls) == 1, status
        rows = (await ann.http.get("/push/subscriptions")).json()["items"]
        assert len(rows) == left, status
        assert all(row["sent_at"] is None for row in rows)
        if left:
            assert (
                await ann.http.delete(f"/push/subscriptions/{subscription_id}")
            ).status_code == 204


async def test_a_browser_belongs_to_the_user_who_subscribed_last(ann: Person, bob: Person) -> None:
    browser = Browser()
    endpoint = "https://push.example.org/shared"
    subscription_id = await subscribe(ann, browser, endpoint)
    assert (await bob.http.delete(f"/push/subscriptions/{subscription_id}")).status_code == 404
    await subscribe(bob, browser, endpoint)
    assert (await ann.http.get("/push/subscriptions")).json()["items"] == []
    assert (await ann.http.post("/push/test")).json() == {"browsers": 0}
    assert (await bob.http.post("/push/test")).json() == {"browsers": 1}


async def test_private_addresses_and_invalid_keys_are_refused(ann: Person) -> None:
    body = Browser().subscription("https://push.example.org/x")
    keys = body["keys"]
    refused: dict[str, list[dict[str, Any]]] = {
        "endpoint": [{"endpoint": "https://10.0.0.1/x"}, {"endpoint": "http://push.example.org/x"}],
        "keys.p256dh": [{"keys": {**keys, "p256dh": "AAAA"}}, {"keys": {**keys, "p256dh": "?"}}],
        "keys.auth": [{"keys": {**keys, "auth": "AAAA"}}],
    }
    for field, changes in refused.items():
        for change in changes:
            answer = await ann.http.post("/push/subscriptions", json={**body, **change})
            assert answer.status_code == 422, change
            assert [one["field"] for one in answer.json()["errors"]] == [field]


async def test_a_new_notification_is_pushed_to_users_with_a_browser(
    town: Town, ann: Person, bob: Person
) -> None:
    await subscribe(ann, Browser(), "https://push.example.org/ann")
    tasks = []
    for person in (ann, bob):
        await person.http.put("/users/me/preferences", json={"notifications_enabled": True})
        async with town.runtime.begin() as uow:
            await NotificationDispatcher(uow).announce(
                Announcement(
                    title="New match",
                    message="a fox",
                    notification_type=NotificationType.RECOMMENDATION,
                ),
                user_id=person.identity.user_id,
            )
            tasks += [task for task in uow.tasks if isinstance(task, SendPush)]
    assert [(one.user_id, one.path) for one in tasks] == [(ann.identity.user_id, "/notifications")]
