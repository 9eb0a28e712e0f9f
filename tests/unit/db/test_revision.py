"""The newest revision, read without Alembic."""

from alembic.script import ScriptDirectory

from genonaut.db.migrations import alembic_config
from genonaut.db.revision import newest_revision


def test_the_newest_revision_is_the_head_of_alembic() -> None:
    assert newest_revision() == ScriptDirectory.from_config(alembic_config("")).get_current_head()
