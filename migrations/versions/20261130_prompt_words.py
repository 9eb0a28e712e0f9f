"""Words of prompts, to find earlier prompts by words in any order."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_prompt_words"
down_revision: str | None = "20261130_library_marks"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ACCENTS = r"[\u0300-\u036f]"
_SEPARATORS = r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+"
_PROMPTS = "(COALESCE((params ->> 'prompt_template'::text) || ' '::text, ''::text) || prompt)"


def upgrade() -> None:
    # Building a large index in memory takes a fraction of the time. Only for this transaction.
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
    op.drop_index("ix_generation_jobs_prompt_trgm", "generation_jobs")
    _add("generation_jobs", "prompt_words", _PROMPTS)
    _index("ix_generation_jobs_words", "prompt_words")
    # As for items: the estimate decides between the index of words and the order of the list.
    op.execute("ALTER TABLE generation_jobs ALTER COLUMN prompt_words SET STATISTICS 500")
    op.execute("ANALYZE generation_jobs (prompt_words)")
    _add("favourite_prompts", "words", "prompt")


def downgrade() -> None:
    op.drop_column("favourite_prompts", "words")
    op.drop_index("ix_generation_jobs_words", "generation_jobs")
    op.drop_column("generation_jobs", "prompt_words")
    _index("ix_generation_jobs_prompt_trgm", "prompt")


def _add(table: str, column: str, text: str) -> None:
    plain = f"regexp_replace(NORMALIZE(' '::text || {text}, NFKD), '{_ACCENTS}', '', 'g')"
    words = f"lower(regexp_replace({plain}, '{_SEPARATORS}', ' ', 'g'))"
    computed = sa.Computed(words, persisted=True)
    op.add_column(table, sa.Column(column, sa.Text(), computed, nullable=False))


def _index(name: str, column: str) -> None:
    op.create_index(
        name,
        "generation_jobs",
        [column],
        postgresql_using="gin",
        postgresql_ops={column: "gin_trgm_ops"},
    )
