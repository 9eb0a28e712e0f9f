import os
import time
from pathlib import Path

import pytest

from genonaut.core.errors import UnavailableError
from genonaut.jobs.submission.prompt_policy import DenyList, NoPolicy, load_policy, read_entries

LIST = """
# of this house
gore
[weapons]   # what explodes
pipe bomb
 Straße
[empty]

[]
爆弾
"""


@pytest.fixture(scope="module")
def policy() -> DenyList:
    return DenyList(read_entries(LIST))


@pytest.mark.parametrize(
    ("prompt", "rule"),
    [
        ("some GORE here", "default"),
        ("(gore:1.3), masterpiece", "default"),
        ("a pipe bomb", "weapons"),
        ("a Pipe-Bomb!", "weapons"),
        ("a pipe\n\tbomb", "weapons"),
        ("a \uff50\uff49\uff50\uff45 \uff42\uff4f\uff4d\uff42", "weapons"),
        ("a pi\u200bpe bo\u00admb", "weapons"),
        ("eine STRASSE", "weapons"),
        ("彼は爆弾を持つ", "default"),
        ("pipe, then a pipe bomb", "weapons"),
    ],
)
def test_words_and_phrases_are_found_in_any_spelling(
    policy: DenyList, prompt: str, rule: str
) -> None:
    assert policy.broken_rule(prompt) == rule


@pytest.mark.parametrize(
    "prompt",
    ["", "gores", "pipe bombastic", "a pipe and a bomb", "bomb pipe", "strasse 1x", "\u200b"],
)
def test_other_words_pass(policy: DenyList, prompt: str) -> None:
    expected = "weapons" if "strasse" in prompt else None
    assert policy.broken_rule(prompt) == expected


def test_time_does_not_grow_with_the_list() -> None:
    prompt = " ".join(f"word{number}" for number in range(1_400))

    def processor_seconds(length: int) -> float:
        rules = DenyList(("r", f"word{number} phrase") for number in range(length))
        taken = []
        for _ in range(5):
            began = time.thread_time()
            assert rules.broken_rule(prompt) is None
            taken.append(time.thread_time() - began)
        return min(taken)

    assert processor_seconds(50_000) < 5 * processor_seconds(1_400)


def test_without_a_list_everything_passes() -> None:
    assert isinstance(load_policy(""), NoPolicy)
    assert load_policy("").broken_rule("pipe bomb") is None


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "deny.txt"
    path.write_text("\ufeff[one]\nfox", encoding="utf-8")
    assert load_policy(str(path)).broken_rule("a fox") == "one"
    path.write_text("[two]\nfox\nhen", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert load_policy(str(path)).broken_rule("a hen") == "two"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xfd"])
def test_an_unreadable_list_refuses_all_prompts(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "deny.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnavailableError) as refusal:
        load_policy(str(path))
    assert str(tmp_path) not in str(refusal.value)
