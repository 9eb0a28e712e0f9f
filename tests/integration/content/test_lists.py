import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from tests.builders import make_content
from tests.support.people import Person, Town

from genonaut.content.ordering import write_cursor
from genonaut.content.tables import ContentItem, Visibility
from genonaut.core.pagination import encode_cursor

PUBLIC = Visibility.PUBLIC
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


async def ids(person: Person, query: str = "") -> list[int]:
    answer = await person.http.get(f"/content/?{query}")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_scopes_show_own_items_public_items_or_both(
    town: Town, ann: Person, bob: Person
) -> None:
    private = await make_content(town.runtime, ann.identity)
    public = await make_content(town.runtime, ann.identity, visibility=PUBLIC)
    bobs_public = await make_content(town.runtime, bob.identity, visibility=PUBLIC)
    bobs_private = await make_content(town.runtime, bob.identity)
    assert await ids(ann) == [public, private]
    assert await ids(ann, "scope=community") == [bobs_public]
    assert await ids(ann, "scope=all") == [bobs_public, public, private]
    assert await ids(bob, "scope=all&sort=oldest") == [public, bobs_public, bobs_private]


async def test_lists_of_an_administrator_have_no_private_items_of_others(
    town: Town, ann: Person, admin: Person
) -> None:
    await make_content(town.runtime, ann.identity)
    trashed = await make_content(town.runtime, ann.identity, is_trashed=True)
    assert await ids(admin, "scope=all") == []
    assert await ids(admin, "trash=true") == []
    assert (await admin.http.get(f"/content/{trashed}?trash=true")).status_code == 200


@pytest.mark.parametrize("sort", ["newest", "oldest", "top-rated"])
@pytest.mark.parametrize("scope", ["mine", "all"])
async def test_pages_have_no_gap_or_overlap_with_equal_keys(
    town: Town, ann: Person, bob: Person, sort: str, scope: str
) -> None:
    made = [
        await make_content(
            town.runtime, owner.identity, visibility=PUBLIC, created_at=NOON + timedelta(days=n % 2)
        )
        for n, owner in enumerate([ann, ann, bob, ann, bob, ann, ann])
    ]
    for content_id, stars in zip(made, [5, 3, 5, 3, 1, 3], strict=False):
        await ann.http.put(f"/content/{content_id}/rating", json={"rating": stars})
    whole = await ids(ann, f"scope={scope}&sort={sort}&limit=100")
    assert len(whole) == (5 if scope == "mine" else 7)
    paged: list[int] = []
    query = f"/content/?scope={scope}&sort={sort}&limit=2"
    page = (await ann.http.get(query)).json()
    assert page["total"] == len(whole)
    while True:
        paged += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        page = (await ann.http.get(f"{query}&cursor={page['next_cursor']}")).json()
        assert page["total"] is None
    assert paged == whole


async def test_top_rated_sorts_by_average_then_count_then_age(
    town: Town, ann: Person, bob: Person
) -> None:
    once, twice, unrated, poor, newer = [
        await make_content(town.runtime, ann.identity, visibility=PUBLIC) for _ in range(5)
    ]
    for person, content_id, stars in [
        (ann, once, 4),
        (ann, twice, 3),
        (bob, twice, 5),
        (bob, poor, 1),
        (ann, newer, 4),
    ]:
        answer = await person.http.put(f"/content/{content_id}/rating", json={"rating": stars})
        assert answer.status_code == 200
    assert await ids(bob, "scope=community&sort=top-rated") == [twice, newer, once, poor, unrated]


async def test_search_finds_every_word_in_prompt_title_or_tags_in_any_case(
    town: Town, ann: Person
) -> None:
    fox = await make_content(
        town.runtime,
        ann.identity,
        prompt="A Red FOX in snow, 100% wool",
        tags=frozenset({"winter"}),
    )
    owl = await make_content(town.runtime, ann.identity, prompt="an owl at night")
    await ann.http.patch(f"/content/{owl}", json={"title": "Nachteule ÄÖ"})
    found = {
        "fox": [fox],
        "red snow": [fox],
        "snow red winter": [fox],
        '"red fox"': [fox],
        '"fox red"': [],
        "nachteule": [owl],
        "äö": [owl],
        "WINTER": [fox],
        "fox owl": [],
        "100%25": [fox],
        "1%25w": [],
        "_": [],
        "%5C": [],
        "%20": [owl, fox],
        '""': [owl, fox],
        "%E6%97%A5": [],
    }
    assert {text: await ids(ann, f"search={text}") for text in found} == found


@pytest.mark.parametrize("sort", ["newest", "oldest", "top-rated"])
async def test_search_finds_short_and_long_prompts_and_texts_in_one_order(
    town: Town, ann: Person, bob: Person, sort: str
) -> None:
    # Letters of two bytes: an index contains texts of at most 500 bytes, the third is longer.
    prompts = ["an owl", f"{'ä' * 80} an owl", f"{'ä' * 300} an owl", "a note", "a fox"]
    owners = [ann, bob, ann, ann, ann]
    made = [
        await make_content(town.runtime, owner.identity, prompt=prompt, visibility=PUBLIC)
        for owner, prompt in zip(owners, prompts, strict=True)
    ]
    note = (
        update(ContentItem).where(ContentItem.id == made[3]).values(text_content="An Owl. A fox.")
    )
    async with town.runtime.begin() as uow:
        await uow.session.execute(note)
    mine = [made[0], made[2], made[3]]
    for scope, found in (("mine", mine), ("all", made[:4]), ("community", [made[1]])):
        page = (await ann.http.get(f"/content/?search=oWl&scope={scope}&sort={sort}")).json()
        ordered = found if sort == "oldest" else found[::-1]
        assert [one["id"] for one in page["items"]] == ordered
        assert page["total"] == len(found)
    assert await ids(ann, f"search=owl+fox&sort={sort}") == [made[3]]


async def test_items_must_have_all_tags_of_the_filter(town: Town, ann: Person) -> None:
    both = await make_content(town.runtime, ann.identity, tags=frozenset({"sea", "red hair"}))
    one = await make_content(town.runtime, ann.identity, tags=frozenset({"sea"}))
    assert await ids(ann, "tags=sea") == [one, both]
    assert await ids(ann, "tags=sea,%20RED%20%20Hair%20") == [both]
    assert await ids(ann, "tags=sea,,sea,") == [one, both]
    assert await ids(ann, "tags=") == [one, both]
    assert await ids(ann, "tags=se") == []


async def test_checkpoint_type_and_dates_filter_the_list(town: Town, ann: Person) -> None:
    early = await make_content(town.runtime, ann.identity, created_at=NOON)
    late = await make_content(
        town.runtime,
        ann.identity,
        created_at=NOON + timedelta(days=1),
        checkpoint_model="sdxl.safetensors",
    )
    assert await ids(ann, "checkpoint_model=sdxl.safetensors") == [late]
    assert await ids(ann, "content_type=image") == [late, early]
    assert await ids(ann, "created_from=2026-11-02T00:00:00Z") == [late]
    assert await ids(ann, "created_to=2026-11-01T12:00:00") == [early]
    assert await ids(ann, "created_from=2026-11-01T13:00:00%2B01:00&sort=oldest") == [early, late]
    assert await ids(ann, "created_to=2026-11-01T11:59:59.999999Z") == []


BAD = [
    "search=%00",
    "tags=a%00",
    "checkpoint_model=%00",
    f"search={'x' * 201}",
    f"tags={'x' * 51}",
    "tags=a,b,c,d,e,f,g,h,i,j,k",
    "tags=%E2%80%AE",
    "scope=everybody",
    "sort=random",
    "content_type=poem",
    "trash=maybe",
    "limit=0",
    "limit=101",
    "limit=ten",
    "created_from=yesterday",
    "created_from=0001-01-01T00:00:00%2B14:00",
    "created_to=9999-12-31T23:59:59-14:00",
    "cursor=",
    "cursor=%00",
    "cursor=AAAA",
    f"cursor={'A' * 501}",
]


async def test_invalid_parameters_are_refused(ann: Person) -> None:
    for path, query in itertools.product(("/content/", "/content/1/neighbours"), BAD):
        if "neighbours" in path and ("limit" in query or "cursor" in query):
            continue
        answer = await ann.http.get(f"{path}?{query}")
        assert answer.status_code == 422, (path, query, answer.text)
        assert answer.json()["errors"], (path, query)


async def test_forged_cursors_and_cursors_of_another_order_are_refused(ann: Person) -> None:
    async def status(cursor: str, sort: str) -> int:
        answer = await ann.http.get(f"/content/?sort={sort}&cursor={cursor}")
        return answer.status_code

    aged = write_cursor((NOON, 1), "newest")
    rated = write_cursor((4.5, 2, 1), "top-rated")
    assert await status(aged, "newest") == 200
    assert await status(rated, "top-rated") == 200
    assert await status(aged, "oldest") == 422
    assert await status(aged, "top-rated") == 422
    assert await status(rated, "newest") == 422
    now = int(NOON.timestamp() * 1e6)
    for forged in (
        ["content", "newest", now, 0],
        ["content", "newest", now, 2**63],
        ["content", "newest", -1, 1],
        ["content", "newest", 2**62, 1],
        ["content", "newest", "x", 1],
        ["jobs", "newest", now, 1],
        ["content", "newest", now],
        ["content", "newest", now, 1, 1],
        {"content": 1},
    ):
        assert await status(encode_cursor(forged), "newest") == 422, forged  # type: ignore[arg-type]
    for forged in (
        ["content", "top-rated", float("nan"), 1, 1],
        ["content", "top-rated", 9.0, 1, 1],
    ):
        assert await status(encode_cursor(forged), "top-rated") == 422, forged  # type: ignore[arg-type]


async def test_neighbours_follow_the_filters_of_the_list(
    town: Town, ann: Person, bob: Person
) -> None:
    async def around(content_id: int, query: str = "") -> list[int | None]:
        answer = await ann.http.get(f"/content/{content_id}/neighbours?{query}")
        assert answer.status_code == 200, answer.text
        return [answer.json()["previous_id"], answer.json()["next_id"]]

    first = await make_content(town.runtime, ann.identity, tags=frozenset({"sea"}))
    strangers = await make_content(town.runtime, bob.identity)
    second = await make_content(town.runtime, ann.identity)
    public = await make_content(town.runtime, bob.identity, visibility=PUBLIC)
    third = await make_content(town.runtime, ann.identity, tags=frozenset({"sea"}))
    trashed = await make_content(town.runtime, ann.identity, is_trashed=True)
    gone = await make_content(town.runtime, ann.identity, is_trashed=True)
    assert await around(second) == [third, first]
    strip = (await ann.http.get(f"/content/{second}/neighbours?scope=all&around=1")).json()["items"]
    assert [one["id"] for one in strip] == [public, second, first]
    assert await around(third) == [None, second]
    assert await around(first, "sort=oldest") == [None, second]
    assert await around(second, "scope=all") == [public, first]
    assert await around(public, "scope=community") == [None, None]
    assert await around(third, "tags=sea") == [None, first]
    assert await around(second, "tags=sea") == [third, first]  # the item itself is not in that list
    assert await around(trashed, "trash=true") == [gone, None]
    await ann.http.put(f"/content/{first}/rating", json={"rating": 5})
    assert await around(third, "sort=top-rated") == [first, second]
    for hidden in (strangers, trashed, 0, 2**63):
        assert (await ann.http.get(f"/content/{hidden}/neighbours")).status_code == 404
    assert (await ann.http.get(f"/content/{second}/neighbours?trash=true")).status_code == 404
    assert (await ann.http.get(f"/content/{public}/neighbours?trash=true")).status_code == 404
