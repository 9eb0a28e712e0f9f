"""Tags of an older edition: their names and the tags above them."""

from collections.abc import Collection, Iterable, Mapping

from genonaut.legacy.source import LegacyDatabase


class LegacyTags:
    """Names by id, and the parents of each tag.

    Here tags have no hierarchy: an item gets the tags above its own ones, so that a search for a
    general tag finds it as before.
    """

    def __init__(self, names: Mapping[str, str], parents: Mapping[str, Collection[str]]) -> None:
        self._names = names
        self._parents = parents
        self._ids = {name: one for one, name in names.items()}

    def names_with_ancestors(self, tags: Iterable[str]) -> list[str]:
        """Return the names of tags given by id or name, then those of all tags above them."""
        found = dict.fromkeys(self._ids.get(one, one) for one in tags)
        waiting = list(found)
        for one in waiting:
            above = [parent for parent in self._parents.get(one, ()) if parent not in found]
            found.update(dict.fromkeys(above))
            waiting += above
        return [self._names.get(one, one) for one in found]


async def read_tags(database: LegacyDatabase) -> LegacyTags:
    """Read all tags."""
    if not database.has("tags"):
        return LegacyTags({}, {})
    rows = await database.select("SELECT id::text AS id, name FROM tags ORDER BY id")
    names = {row["id"]: row["name"] for row in rows}
    parents: dict[str, list[str]] = {}
    if database.has("tag_parents"):
        edges = "SELECT tag_id::text AS tag, parent_id::text AS parent FROM tag_parents"
        for row in await database.select(f"{edges} ORDER BY tag_id, parent_id"):
            if row["parent"] in names:
                parents.setdefault(row["tag"], []).append(row["parent"])
    return LegacyTags(names, parents)
