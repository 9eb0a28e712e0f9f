"""HTTP bodies of wildcards."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from genonaut.core.errors import InvalidInputError
from genonaut.core.schemas import NO_NUL, RequestBody, View
from genonaut.wildcards.service import NewWildcard, OwnedWildcard, WildcardChange, entries_of
from genonaut.wildcards.syntax import NAME
from genonaut.wildcards.tables import NAME_LENGTH

MAX_ENTRIES = 10_000
Name = Annotated[
    str, Meta(min_length=1, max_length=NAME_LENGTH, pattern=f"^{NAME}$", examples=["animals/cats"])
]
Entry = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=NO_NUL)]
Entries = Annotated[list[Entry], Meta(min_length=1, max_length=MAX_ENTRIES)]
FileText = Annotated[str, Meta(max_length=2_000_000, pattern=NO_NUL)]
Description = Annotated[str, Meta(max_length=1_000, pattern=NO_NUL)]
TemplateText = Annotated[str, Meta(max_length=10_000, pattern=NO_NUL)]


class WildcardSubmit(RequestBody, frozen=True):
    """A list: its entries, or the text of a file with one entry a line (``#`` begins a comment).

    Entries are dynamic prompts themselves; ``2::entry`` is drawn twice as often. Names are in lower
    case, with ``/`` for groups.
    """

    name: Name
    entries: Entries | UnsetType = UNSET
    text: FileText | UnsetType = UNSET
    description: Description = ""
    is_shared: bool = False

    def new(self) -> NewWildcard:
        """Return the domain value.

        Raises:
            InvalidInputError: neither or both of entries and text are given.
        """
        return NewWildcard(
            name=self.name,
            entries=_entries(self.entries, self.text),
            description=self.description,
            is_shared=self.is_shared,
        )


class WildcardPatch(RequestBody, frozen=True):
    """Changes to a list; omitted fields stay unchanged."""

    name: Name | UnsetType = UNSET
    entries: Entries | UnsetType = UNSET
    text: FileText | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    is_shared: bool | UnsetType = UNSET

    def change(self) -> WildcardChange:
        """Return the domain value.

        Raises:
            InvalidInputError: both entries and text are given, or they are empty.
        """
        is_changed = self.entries is not UNSET or self.text is not UNSET
        return WildcardChange(
            name=self.name,
            entries=_entries(self.entries, self.text) if is_changed else UNSET,
            description=self.description,
            is_shared=self.is_shared,
        )


def _entries(entries: list[str] | UnsetType, text: str | UnsetType) -> list[str]:
    if (entries is UNSET) == (text is UNSET):
        raise InvalidInputError.of("entries", "send either entries or text")
    if entries is not UNSET:
        return entries
    found = entries_of(text or "")
    if not 1 <= len(found) <= MAX_ENTRIES:
        raise InvalidInputError.of(
            "text", f"has {len(found)} entries; 1 to {MAX_ENTRIES:,} are allowed"
        )
    return found


class WildcardSummary(View, frozen=True):
    """A list without its entries."""

    id: int
    name: str
    description: str
    entry_count: int
    is_shared: bool
    is_mine: bool
    owner: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, found: OwnedWildcard) -> "WildcardSummary":
        """Return the view of a list."""
        row = found.row
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            entry_count=len(row.entries),
            is_shared=row.is_shared,
            is_mine=found.is_mine,
            owner=found.owner,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


class WildcardView(WildcardSummary, frozen=True):
    """A list with its entries."""

    entries: list[str]

    @classmethod
    def of_details(cls, found: OwnedWildcard) -> "WildcardView":
        """Return the view of a list with its entries."""
        head = WildcardSummary.of(found)
        fields = {name: getattr(head, name) for name in WildcardSummary.__struct_fields__}
        return cls(**fields, entries=found.row.entries)


class PreviewSubmit(RequestBody, frozen=True):
    """Dynamic prompts, and for how many seeds to draw, from ``seed`` on.

    ``combinations`` is the most texts to return of all that ``prompt`` can draw; 0: none.
    """

    prompt: TemplateText
    negative_prompt: TemplateText = ""
    seed: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    count: Annotated[int, Meta(ge=1, le=50)] = 5
    combinations: Annotated[int, Meta(ge=0, le=1_000)] = 0


class DrawnView(View, frozen=True):
    """What is drawn for a seed."""

    seed: int
    prompt: str
    negative_prompt: str


class CombinationsView(View, frozen=True):
    """Different texts that a prompt can draw; ``is_complete`` if these are all."""

    items: list[str]
    is_complete: bool


class PreviewView(View, frozen=True):
    """What is drawn for each seed, and the wanted combinations."""

    items: list[DrawnView]
    combinations: CombinationsView | None
