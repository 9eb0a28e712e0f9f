"""Audit entries as sentences: "Anna revoked the API key 'ci' of Ben"."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec


class NamedKey(msgspec.Struct, frozen=True):
    """An API key: its name and its owner."""

    name: str
    owner_id: UUID


class Names(msgspec.Struct, frozen=True):
    """Names of the users and keys that entries mention; deleted ones keep theirs."""

    users: Mapping[UUID, str]
    keys: Mapping[int, NamedKey]


class Mentioned(msgspec.Struct, frozen=True):
    """What one entry says."""

    kind: str
    via: str
    actor_id: UUID | None
    subject: str | None
    detail: Mapping[str, Any]

    @property
    def subject_kind(self) -> str:
        """Return ``user`` of ``user:…``."""
        return (self.subject or "").partition(":")[0]

    @property
    def subject_id(self) -> str:
        """Return what follows the first colon of the subject."""
        return (self.subject or "").partition(":")[2]

    @property
    def user_id(self) -> UUID | None:
        """Return the user that is the subject, if it is one."""
        return _uuid(self.subject_id) if self.subject_kind == "user" else None

    @property
    def key_id(self) -> int | None:
        """Return the API key that is the subject, if it is one."""
        is_key = self.subject_kind == "key" and self.subject_id.isdecimal()
        return int(self.subject_id) if is_key else None

    @property
    def other_id(self) -> UUID | None:
        """Return the user whom the detail names besides actor and subject."""
        return _uuid(self.detail.get("user_id"))

    @property
    def owner_id(self) -> UUID | None:
        """Return the owner of the subject, where the entry has it."""
        return _uuid(self.detail.get("owner_id"))


def sentence_of(entry: Mentioned, names: Names) -> str:
    """Return what happened as one sentence without a full stop."""
    make = _SENTENCES.get(entry.kind)
    text = _Text(entry, names)
    return text.otherwise() if make is None else make(text)


class _Text:
    """The parts of a sentence."""

    def __init__(self, entry: Mentioned, names: Names) -> None:
        self._entry = entry
        self._names = names
        self.detail = entry.detail

    @property
    def actor(self) -> str:
        entry = self._entry
        if entry.actor_id is not None:
            return self._name(entry.actor_id)
        return {"cli": "The command line", "system": "Genonaut"}.get(entry.via, "A visitor")

    @property
    def user(self) -> str:
        """The user that is the subject."""
        return self._name(self._entry.user_id)

    @property
    def is_unnamed(self) -> bool:
        return self._entry.subject is None

    @property
    def is_list(self) -> bool:
        return self._entry.subject in {None, "jobs"}

    @property
    def is_to_all(self) -> bool:
        return self._entry.user_id is None

    @property
    def is_self(self) -> bool:
        return self._entry.actor_id is not None and self._entry.actor_id == self._entry.user_id

    @property
    def key(self) -> str:
        """The API key that is the subject."""
        key_id = self._entry.key_id
        known = None if key_id is None else self._names.keys.get(key_id)
        name = self.detail.get("name") or (None if known is None else known.name)
        title = f"the API key {key_id}" if name is None else f"the API key {name!r}"
        if known is None or known.owner_id == self._entry.actor_id:
            return title
        return f"{title} of {self._name(known.owner_id)}"

    @property
    def thing(self) -> str:
        """The subject that belongs to a user: "job 12 of Ben"."""
        words = {"content": "item", "job": "job", "batch": "submission"}
        kind, identifier = self._entry.subject_kind, self._entry.subject_id
        title = f"{words.get(kind, kind)} {identifier.partition('-')[0]}".strip()
        owner = self._entry.owner_id
        return title if owner in {None, self._entry.actor_id} else f"{title} of {self._name(owner)}"

    @property
    def other(self) -> str:
        """The user whom the detail names."""
        return self._name(self._entry.other_id)

    @property
    def queue(self) -> str:
        backend = self._entry.subject_id
        return f"the ComfyUI server {backend}" if backend else "the queue"

    @property
    def reason(self) -> str:
        return f": {self.detail['reason']}" if self.detail.get("reason") else ""

    def count(self, word: str) -> str:
        ids = self.detail.get("ids")
        number = len(ids) if isinstance(ids, list) else 1
        return f"{word} {self._entry.subject_id}" if number == 1 else f"{number} {word}s"

    def otherwise(self) -> str:
        """The words of a kind without a sentence of its own."""
        words = self._entry.kind.replace(".", " ").replace("_", " ")
        subject = "" if self._entry.subject is None else f" ({self._entry.subject})"
        return f"{self.actor}: {words}{subject}"

    def _name(self, user_id: UUID | None) -> str:
        return self._names.users.get(user_id, "an unknown user") if user_id else "an unknown user"


def _password_changed(text: _Text) -> str:
    whose = "their own password" if text.is_self else f"the password of {text.user}"
    return f"{text.actor} changed {whose}"


def _role_changed(text: _Text) -> str:
    if text.detail.get("role") == "admin":
        return f"{text.actor} made {text.user} an administrator"
    return f"{text.actor} removed the administrator role of {text.user}"


def _keys_revoked(text: _Text) -> str:
    return f"{text.actor} revoked {text.detail.get('count', 'all')} API keys of {text.user}"


def _user_made(text: _Text) -> str:
    role = "administrator" if text.detail.get("role") == "admin" else "user"
    return f"{text.actor} created the {role} {text.user}"


def _login_failed(text: _Text) -> str:
    return (
        "A login as an unknown user failed" if text.is_unnamed else f"A login as {text.user} failed"
    )


def _foreign_read(text: _Text) -> str:
    return f"{text.actor} viewed {'the jobs of all users' if text.is_list else text.thing}"


def _announced(text: _Text) -> str:
    to = "all users" if text.is_to_all else text.user
    return f"{text.actor} sent the announcement {text.detail.get('title', '')!r} to {to}"


_SENTENCES: Mapping[str, Callable[[_Text], str]] = {
    "login.succeeded": lambda text: f"{text.actor} logged in",
    "login.failed": _login_failed,
    "logout": lambda text: f"{text.actor} logged out",
    "session.ended": lambda text: f"{text.actor} ended one of their logins",
    "session.ended_others": lambda text: f"{text.actor} ended all of their other logins",
    "password.changed": _password_changed,
    "user.made": _user_made,
    "user.took_over": lambda text: f"{text.actor} registered as the first administrator",
    "user.activated": lambda text: f"{text.actor} reactivated {text.user}",
    "user.deactivated": lambda text: f"{text.actor} deactivated {text.user}",
    "user.deleted": lambda text: f"{text.actor} deleted the user {text.user}",
    "role.changed": _role_changed,
    "key.made": lambda text: f"{text.actor} created {text.key}",
    "key.used_first": lambda text: f"{text.actor} used {text.key} for the first time",
    "key.revoked": lambda text: f"{text.actor} revoked {text.key}",
    "keys.revoked": _keys_revoked,
    "foreign.read": _foreign_read,
    "queue.paused": lambda text: f"{text.actor} paused {text.queue}{text.reason}",
    "queue.resumed": lambda text: f"{text.actor} resumed {text.queue}",
    "job.deleted": lambda text: f"{text.actor} deleted {text.thing}",
    "job.cancelled": lambda text: f"{text.actor} cancelled {text.thing}",
    "batch.cancelled": lambda text: f"{text.actor} cancelled {text.thing}",
    "job.moved_to_top": lambda text: f"{text.actor} moved {text.thing} to the top of the queue",
    "batch.moved_to_top": lambda text: f"{text.actor} moved {text.thing} to the top of the queue",
    "content.trashed": lambda text: f"{text.actor} moved {text.count('item')} to the trash",
    "content.purged": lambda text: f"{text.actor} deleted {text.count('item')} permanently",
    "collection.shared": lambda text: f"{text.actor} shared {text.thing} with {text.other}",
    "collection.unshared": lambda text: (
        f"{text.actor} stopped sharing {text.thing} with {text.other}"
    ),
    "collection.link_made": lambda text: f"{text.actor} made a link to {text.thing}",
    "collection.link_changed": lambda text: f"{text.actor} changed the link to {text.thing}",
    "collection.link_revoked": lambda text: f"{text.actor} revoked the link to {text.thing}",
    "notification.announced": _announced,
    "storage.cleaned": lambda text: f"{text.actor} cleaned up what had expired",
    "storage.policy_set": lambda text: f"{text.actor} set the quota and retention of {text.user}",
}
KINDS = tuple(sorted(_SENTENCES))
"""The kinds of entries that Genonaut writes."""


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None
