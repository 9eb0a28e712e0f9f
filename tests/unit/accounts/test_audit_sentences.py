"""Audit entries as sentences."""

from typing import Any
from uuid import UUID

import pytest

from genonaut.accounts.audit_sentences import Mentioned, NamedKey, Names, sentence_of

ANNA, BEN = UUID(int=1), UUID(int=2)
NAMES = Names({ANNA: "Anna", BEN: "Ben"}, {7: NamedKey("ci", BEN)})


def said(
    kind: str,
    subject: str | None = None,
    *,
    by: UUID | None = ANNA,
    via: str = "session",
    **detail: Any,
) -> str:
    return sentence_of(Mentioned(kind, via, by, subject, detail), NAMES)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (said("key.revoked", "key:7"), "Anna revoked the API key 'ci' of Ben"),
        (said("key.revoked", "key:7", by=BEN), "Ben revoked the API key 'ci'"),
        (said("key.revoked", "key:9"), "Anna revoked the API key 9"),
        (said("keys.revoked", f"user:{BEN}", count=3), "Anna revoked 3 API keys of Ben"),
        (said("storage.policy_set", f"user:{BEN}"), "Anna set the quota and retention of Ben"),
        (said("storage.cleaned"), "Anna cleaned up what had expired"),
        (said("password.changed", f"user:{BEN}"), "Anna changed the password of Ben"),
        (said("password.changed", f"user:{ANNA}"), "Anna changed their own password"),
        (said("user.made", f"user:{BEN}", role="user"), "Anna created the user Ben"),
        (said("login.failed", f"user:{BEN}", by=None), "A login as Ben failed"),
        (said("login.failed", by=None), "A login as an unknown user failed"),
        (said("foreign.read", "jobs"), "Anna viewed the jobs of all users"),
        (said("foreign.read", "job:12", owner_id=str(BEN)), "Anna viewed job 12 of Ben"),
        (said("content.trashed", "content:3", ids=[3]), "Anna moved item 3 to the trash"),
        (said("content.purged", "content:3", ids=[3, 4]), "Anna deleted 2 items permanently"),
        (said("queue.resumed", "backend:attic"), "Anna resumed the ComfyUI server attic"),
        (said("user.activated", f"user:{BEN}", by=None, via="cli"), "The command line reactivated Ben"),
        (said("later.kind", "thing:1"), "Anna: later kind (thing:1)"),
    ],
)  # fmt: skip
def test_an_entry_is_a_sentence(sentence: str, expected: str) -> None:
    assert sentence == expected


@pytest.mark.parametrize("subject", [None, "", "user:", "user:x", "key:x", "key:9" * 9, "content"])
@pytest.mark.parametrize("kind", ["key.made", "user.made", "foreign.read", "content.trashed", "x"])
def test_no_subject_breaks_a_sentence(kind: str, subject: str | None) -> None:
    assert said(kind, subject)
