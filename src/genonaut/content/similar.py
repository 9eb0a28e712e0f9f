"""Items whose prompts are like that of another item.

Candidates have at least one rare word of the prompt in common, or all of its least frequent words when
none is rare; a text search index finds them. How frequent a word is, is known from PostgreSQL's
statistics of that index, so that nothing is counted. Candidates are ranked by the words in common, where
rare words weigh more.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, literal_column, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.filters import IS_PUBLIC, NOT_TRASHED
from genonaut.content.tables import PROMPT_WORDS, ContentItem
from genonaut.db.query_plans import USE_CUSTOM_PLANS

_WORD = re.compile(r"[^\W_]{3,40}")
_READ_CHARACTERS = 4_000
"""Of a prompt; the index has as many."""
_MOST_WORDS = 40
_RARE_ROWS = 2_000
"""Items with one word that are read at most; more would take longer than a page of the gallery."""
_SEARCHED_WORDS = 6
_FREQUENT_WORDS = 3
"""Least frequent words that candidates must have in common if none is rare."""
_CANDIDATES = 1_000
_OF_ONE_PROMPT = 2
"""Items with the same prompt in the result, such as those of one batch."""
_LEAST_SCORE = 0.05
_STATISTICS = text("""
SELECT CAST(CAST(most_common_elems AS text) AS text[]), most_common_elem_freqs,
    (SELECT reltuples FROM pg_class WHERE oid = CAST('content_items' AS regclass))
FROM pg_stats
WHERE schemaname = current_schema() AND tablename = 'ix_content_items_prompt_words'
""")


class WordFrequencies(msgspec.Struct, frozen=True):
    """The part of all items that has each frequent word, and the number of items."""

    frequent: Mapping[str, float]
    items: float

    def rows(self, word: str) -> float:
        """Return the estimated number of items with a word; 0 for one that is not frequent."""
        return self.frequent.get(word, 0) * max(self.items, 0)

    def weight(self, word: str) -> float:
        """Return the weight of a word, the higher the rarer, at least 1."""
        return 1 - math.log10(max(self.frequent.get(word, 0), 1e-5))


def words_of_prompt(prompt: str) -> list[str]:
    """Return the different words of at least three characters, in order, at most 40."""
    found = dict.fromkeys(_WORD.findall(prompt[:_READ_CHARACTERS].lower()))
    return [word for word in found if not word.isdecimal()][:_MOST_WORDS]


def search_text_of(words: Sequence[str], frequencies: WordFrequencies) -> str | None:
    """Return the tsquery that finds candidates; None without words."""
    by_rarity = sorted(words, key=lambda word: (frequencies.rows(word), -len(word)))
    rare = [word for word in by_rarity if frequencies.rows(word) <= _RARE_ROWS]
    if rare:
        return " | ".join(rare[:_SEARCHED_WORDS])
    return " & ".join(by_rarity[:_FREQUENT_WORDS]) or None


def ranked(
    prompt: str, candidates: Iterable[tuple[int, str]], frequencies: WordFrequencies, *, limit: int
) -> list[int]:
    """Return the ids of the candidates that are most alike: most weight in common, then newest."""
    weight = frequencies.weight
    own = set(words_of_prompt(prompt))
    scored: list[tuple[float, int, str]] = []
    for content_id, other in candidates:
        words = set(words_of_prompt(other))
        total = sum(map(weight, own | words))
        score = sum(map(weight, own & words)) / total if total else 0
        if score >= _LEAST_SCORE:
            scored.append((-score, -content_id, " ".join(other.split())))
    scored.sort()
    seen: dict[str, int] = {}
    found = []
    for _, negative_id, other in scored:
        seen[other] = seen.get(other, 0) + 1
        if seen[other] <= _OF_ONE_PROMPT:
            found.append(-negative_id)
    return found[:limit]


def candidates_query(search: str, *, viewer_id: UUID, except_id: int) -> Select[*tuple[Any, ...]]:
    """Return the query for ids and prompts of the newest visible candidates."""
    item = ContentItem
    query = func.to_tsquery(literal_column("'simple'"), search)
    return (
        select(item.id, func.left(item.prompt, _READ_CHARACTERS))
        .where(
            literal_column(PROMPT_WORDS).op("@@")(query),
            NOT_TRASHED,
            or_(item.user_id == viewer_id, IS_PUBLIC),
            item.id != except_id,
        )
        .order_by(item.created_at.desc(), item.id.desc())
        .limit(_CANDIDATES)
    )


async def similar_ids(
    session: AsyncSession, item: ContentItem, *, viewer_id: UUID, limit: int
) -> list[int]:
    """Return the ids of own and public items whose prompts are most like that of an item."""
    words = words_of_prompt(item.prompt)
    frequencies = await read_frequencies(session)
    search = search_text_of(words, frequencies)
    if search is None:
        return []
    await session.execute(USE_CUSTOM_PLANS)
    query = candidates_query(search, viewer_id=viewer_id, except_id=item.id)
    rows = await session.execute(query)
    candidates = [(content_id, prompt) for content_id, prompt in rows]
    return ranked(item.prompt, candidates, frequencies, limit=limit)


async def read_frequencies(session: AsyncSession) -> WordFrequencies:
    """Return the frequencies of words as of the last ANALYZE; without one no word is frequent."""
    row = (await session.execute(_STATISTICS)).one_or_none()
    if row is None or row[0] is None or row[1] is None:
        return WordFrequencies({}, 0)
    # The statistics end with the least and the greatest frequency.
    return WordFrequencies(dict(zip(row[0], row[1], strict=False)), row[2])
