"""HTTP bodies of presets and prompts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from genonaut.content.image_views import ImageView
from genonaut.core.body_errors import find_body_errors
from genonaut.core.errors import FieldError, InvalidInputError
from genonaut.core.ids import Id
from genonaut.core.schemas import NO_NUL, RequestBody, View
from genonaut.core.validation_messages import user_message
from genonaut.jobs.submission.schemas import JobSubmit
from genonaut.presets.merge_patch import merged
from genonaut.presets.prompts import UsedPrompt
from genonaut.presets.service import NewPreset, PresetDetails
from genonaut.presets.style_files import read_styles_csv, read_styles_json
from genonaut.presets.tables import NAME_LENGTH, FavouritePrompt, Preset, PresetKind

Name = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH, pattern=NO_NUL)]
Text = Annotated[str, Meta(max_length=10_000, pattern=NO_NUL)]
Description = Annotated[str, Meta(max_length=1_000, pattern=NO_NUL)]
StyleFile = Annotated[str, Meta(max_length=2_000_000, pattern=NO_NUL)]
MAX_IMPORTED = 1_000
Settings = Annotated[
    dict[str, Any],
    Meta(
        max_length=40,
        description="fields of a submission",
        examples=[{"width": 832, "height": 1216, "params": {"steps": 28, "cfg": 6}}],
    ),
]


SettingsPatch = Annotated[
    dict[str, Any],
    Meta(
        max_length=40,
        description="a JSON merge patch of the settings",
        examples=[{"width": 832, "params": {"steps": 30, "cfg": None}}],
    ),
]


class PresetSubmit(RequestBody, frozen=True):
    """A preset or a style.

    ``settings`` are fields of a submission, for presets only. In ``prompt``, ``{prompt}`` stands for the
    user's prompt; without it, the text is added at the end. The same holds for ``negative_prompt``.
    ``cover_content_id`` is an own or public item, whose thumbnails all see who may see the preset.
    """

    kind: PresetKind
    name: Name
    description: Description = ""
    prompt: Text = ""
    negative_prompt: Text = ""
    settings: Settings = {}  # noqa: RUF012  # msgspec copies it
    is_shared: bool = False
    cover_content_id: Id | None = None

    def new(self) -> NewPreset:
        """Return the domain value.

        Raises:
            InvalidInputError: the settings are no fields of a submission, or the kind has none.
        """
        if self.kind is PresetKind.STYLE and self.settings:
            raise InvalidInputError.of("settings", "belong to presets; a style has prompts only")
        require_settings(self.settings)
        return NewPreset(**msgspec.structs.asdict(self))


class PresetPatch(RequestBody, frozen=True):
    """Changes to a preset; omitted fields stay unchanged.

    ``settings`` replaces all settings. ``settings_patch`` changes single values (JSON merge patch, RFC 7396):
    null removes a value, objects are merged, lists are replaced.
    """

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    prompt: Text | UnsetType = UNSET
    negative_prompt: Text | UnsetType = UNSET
    settings: Settings | UnsetType = UNSET
    settings_patch: SettingsPatch | UnsetType = UNSET
    is_shared: bool | UnsetType = UNSET
    cover_content_id: Id | UnsetType | None = UNSET

    def changes(self) -> dict[str, Any]:
        """Return the changed fields, without ``settings_patch``.

        Raises:
            InvalidInputError: the settings are no fields of a submission.
        """
        if self.settings is not UNSET:
            if self.settings_patch is not UNSET:
                message = "changes what settings replaces; send one of the two"
                raise InvalidInputError.of("settings_patch", message)
            require_settings(self.settings)
        values = msgspec.structs.asdict(self)
        del values["settings_patch"]
        return {name: value for name, value in values.items() if value is not UNSET}

    def patched(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return settings with ``settings_patch`` applied.

        Raises:
            InvalidInputError: the result is no fields of a submission; names the values.
        """
        if self.settings_patch is UNSET:
            return dict(settings)
        result = merged(settings, self.settings_patch)
        require_settings(result, field="settings_patch")
        return result


def require_settings(settings: Mapping[str, Any], *, field: str = "settings") -> None:
    """Check that these are fields of a submission.

    Raises:
        InvalidInputError: names each value that is not, such as ``settings.params.steps``.
    """
    document = msgspec.json.encode(settings)
    wrong = [
        FieldError(*user_message(f"{field}.{one.path}".rstrip("."), one.message))
        for one in find_body_errors(document, JobSubmit)
    ]
    if wrong:
        raise InvalidInputError(*wrong)


class ExportedPreset(RequestBody, frozen=True):
    """A preset or style in a file."""

    kind: PresetKind
    name: Name
    description: Description = ""
    prompt: Text = ""
    negative_prompt: Text = ""
    settings: Settings = {}  # noqa: RUF012  # msgspec copies it

    @classmethod
    def of(cls, row: Preset) -> "ExportedPreset":
        """Return what a file contains of a preset."""
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})


class ExportView(View, frozen=True):
    """A file of presets and styles, as ``POST /presets/import`` takes it."""

    version: int
    presets: list[ExportedPreset]


class PresetImport(RequestBody, frozen=True):
    """What ``GET /presets/export`` returned, or the text of a file of styles of another program.

    ``csv`` is that of a ``styles.csv`` of A1111; ``json`` is a list of objects with ``name``, ``prompt`` (or
    ``positive_prompt``) and ``negative_prompt``, as Fooocus, the SDXL Prompt Styler and InvokeAI have them.
    """

    version: int = 1
    presets: Annotated[list[ExportedPreset], Meta(max_length=MAX_IMPORTED)] = []  # noqa: RUF012  # msgspec copies it
    csv: StyleFile = ""
    json: StyleFile = ""
    replace: bool = False

    def found(self) -> list[NewPreset]:
        """Return all presets.

        Raises:
            InvalidInputError: a text is no file of styles, or there are too many or none.
        """
        presets = [PresetSubmit(**msgspec.structs.asdict(one)).new() for one in self.presets]
        presets += read_styles_csv(self.csv) if self.csv else []
        presets += read_styles_json(self.json) if self.json else []
        if not 1 <= len(presets) <= MAX_IMPORTED:
            message = f"has {len(presets)} presets; 1 to {MAX_IMPORTED:,} are allowed"
            raise InvalidInputError.of("presets", message)
        return presets


class ImportView(View, frozen=True):
    """The number of presets by outcome; ``skipped`` has the names that are taken."""

    created: int
    replaced: int
    skipped: list[str]


class PresetView(View, frozen=True):
    """A preset or style.

    ``cover`` is null without a chosen item, and when that was deleted or is not public any more; its
    ``image_url`` is the largest thumbnail. ``cover_content_id`` is null for other users than the owner.
    """

    id: int
    kind: PresetKind
    name: str
    description: str
    prompt: str
    negative_prompt: str
    settings: dict[str, Any]
    is_shared: bool
    is_mine: bool
    owner: str
    cover_content_id: int | None
    cover: ImageView | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, found: PresetDetails) -> "PresetView":
        """Return the view of a preset; the id of the cover is for its owner."""
        own = {"is_mine", "owner", "cover", "cover_content_id"}
        row = found.row
        plain = {name: getattr(row, name) for name in cls.__struct_fields__ if name not in own}
        return cls(
            **plain,
            is_mine=found.is_mine,
            owner=found.owner,
            cover=found.cover,
            cover_content_id=row.cover_content_id if found.is_mine else None,
        )


class UsedPromptView(View, frozen=True):
    """A prompt of earlier jobs; with dynamic prompts the template."""

    prompt: str
    negative_prompt: str
    is_dynamic: bool
    job_count: int
    used_at: datetime

    @classmethod
    def of(cls, used: UsedPrompt) -> "UsedPromptView":
        """Return the view of a prompt."""
        return cls(**msgspec.structs.asdict(used))


class UsedPromptsView(View, frozen=True):
    """The last used prompts."""

    items: list[UsedPromptView]


class FavouriteSubmit(RequestBody, frozen=True):
    """A prompt to keep."""

    prompt: Annotated[str, Meta(min_length=1, max_length=10_000, pattern=NO_NUL)]
    negative_prompt: Text = ""


class FavouriteView(View, frozen=True):
    """A prompt that is kept."""

    id: int
    prompt: str
    negative_prompt: str
    created_at: datetime

    @classmethod
    def of(cls, row: FavouritePrompt) -> "FavouriteView":
        """Return the view of a row."""
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})


class FavouritesView(View, frozen=True):
    """All favourites, the newest first."""

    items: list[FavouriteView]
