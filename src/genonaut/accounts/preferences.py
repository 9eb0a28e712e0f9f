"""The preferences of a user, stored as JSONB."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from genonaut.core.schemas import NO_NUL, Value

Theme = Literal["system", "light", "dark"]
Edge = Annotated[int, Meta(ge=64, le=4096, multiple_of=8)]
Text = Annotated[str, Meta(max_length=10_000, pattern=NO_NUL)]
ModelName = Annotated[str, Meta(min_length=1, max_length=255, pattern=NO_NUL)]
OptionName = Annotated[str, Meta(min_length=1, max_length=64, pattern=NO_NUL)]


class NotificationTypes(Value, frozen=True):
    """Which types of notifications are sent when notifications are enabled."""

    job_completed: bool = True
    job_failed: bool = True
    job_cancelled: bool = True
    system: bool = True
    recommendation: bool = True
    search_alert: bool = True


class DefaultParameters(Value, frozen=True):
    """Default values of the generation form; None: the default of the application. Edges in pixels.

    The limits equal those of a submission, which this package may not import; a contract test compares them.
    """

    checkpoint_model: ModelName | None = None
    negative_prompt: Text | None = None
    width: Edge | None = None
    height: Edge | None = None
    batch_size: Annotated[int, Meta(ge=1, le=16)] | None = None
    steps: Annotated[int, Meta(ge=1, le=150)] | None = None
    cfg: Annotated[float, Meta(ge=0, le=30)] | None = None
    sampler_name: OptionName | None = None
    scheduler: OptionName | None = None


class Preferences(Value, frozen=True):
    """All preferences; notifications are off by default."""

    notifications_enabled: bool = False
    notification_types: NotificationTypes = NotificationTypes()
    theme: Theme = "system"
    default_parameters: DefaultParameters = DefaultParameters()

    def wants(self, notification_type: str) -> bool:
        """Return whether the user wants notifications of this type."""
        return self.notifications_enabled and bool(
            getattr(self.notification_types, notification_type, False)
        )


def read_preferences(stored: Mapping[str, Any]) -> Preferences:
    """Return the stored preferences; values that this version cannot read are ignored."""
    try:
        return msgspec.convert(stored, Preferences)
    except msgspec.ValidationError:
        readable: dict[str, Any] = {}
        for key, value in stored.items():
            try:
                msgspec.convert({key: value}, Preferences)
            except msgspec.ValidationError:
                continue
            readable[key] = value
        return msgspec.convert(readable, Preferences)
