"""Find texts by words in any order, each from its beginning, without regard to case and accents.

A column holds the words of a text, each behind one space; a trigram index of it serves conditions such as
``LIKE '% riv%'``, also for a single letter (source: PostgreSQL manual, pg_trgm, index support).
"""

import re
import unicodedata

from sqlalchemy import ColumnElement, func, literal
from sqlalchemy.orm import InstrumentedAttribute

_ACCENTS = r"[\u0300-\u036f]"
_SEPARATORS = r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+"
"""White space and punctuation of ASCII, Latin-1, and the blocks of general and CJK punctuation."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u2e80-\uffff]")
"""Scripts without spaces between words: Thai, Lao, Chinese, Japanese. Words are found inside of texts."""


def words_sql(text: str) -> str:
    """Return the SQL expression of the words of a text; a generated column can have it.

    Args:
        text: SQL expression of the text, which must not be null.
    """
    plain = f"regexp_replace(NORMALIZE(' '::text || {text}, NFKD), '{_ACCENTS}'::text, ''::text, 'g'::text)"
    return f"lower(regexp_replace({plain}, '{_SEPARATORS}'::text, ' '::text, 'g'::text))"


def words_of(text: str) -> list[str]:
    """Return the different words of a text as ``words_sql`` spells them, in their order, any case."""
    plain = re.sub(_ACCENTS, "", unicodedata.normalize("NFKD", text))
    return list(dict.fromkeys(re.sub(_SEPARATORS, " ", plain).split()))


def has_words(column: InstrumentedAttribute[str], text: str) -> list[ColumnElement[bool]]:
    """Return the conditions "each word of the text begins a word of the column"; none without words."""
    return [
        _like(column, f"%{word}%" if _UNSPACED.search(word) else f"% {word}%")
        for word in words_of(text)
    ]


def may_contain(column: InstrumentedAttribute[str], text: str) -> list[ColumnElement[bool]]:
    """Return conditions that an index serves, and that every text meets that contains this one."""
    return [_like(column, f"%{word}%") for word in words_of(text)]


def _like(column: InstrumentedAttribute[str], pattern: str) -> ColumnElement[bool]:
    # PostgreSQL folds the case of both sides by the rules of the database.
    return column.like(func.lower(literal(pattern)))
