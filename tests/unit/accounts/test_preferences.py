import msgspec
import pytest

from genonaut.accounts.preferences import Preferences, read_preferences
from genonaut.accounts.schemas import NotificationTypesPut, PreferencesPut
from genonaut.jobs import params
from genonaut.notifications.tables import NotificationType


def test_notifications_are_off_by_default() -> None:
    assert not any(Preferences().wants(kind) for kind in NotificationType)


def test_each_type_can_be_disabled() -> None:
    wanted = PreferencesPut(notifications_enabled=True).over(Preferences())
    quiet = msgspec.convert({"notification_types": {"job_failed": False}}, PreferencesPut)
    assert quiet.over(wanted).wants("job_completed")
    assert not quiet.over(wanted).wants("job_failed")
    assert not quiet.over(wanted).wants("no_such_type")
    assert [kind for kind in NotificationType if not wanted.wants(kind)] == []
    assert set(NotificationTypesPut.__struct_fields__) == set(NotificationType)


def test_omitted_preferences_stay_unchanged() -> None:
    before = read_preferences({"theme": "dark", "notifications_enabled": True})
    after = msgspec.convert({"default_parameters": {"steps": 30}}, PreferencesPut).over(before)
    assert after.theme == "dark"
    assert after.notifications_enabled
    assert after.default_parameters.steps == 30


@pytest.mark.parametrize("stored", [{}, {"unknown": 1}, {"theme": "plaid"}, {"theme": None}])
def test_unreadable_stored_values_are_ignored(stored: dict[str, object]) -> None:
    assert read_preferences(stored) == Preferences()
    found = read_preferences({**stored, "notifications_enabled": True})
    assert found.notifications_enabled


def test_stored_preferences_are_read_back() -> None:
    body = {"theme": "light", "default_parameters": {"width": 768, "cfg": 5.5}}
    wanted = msgspec.convert(body, PreferencesPut).over(Preferences())
    assert read_preferences(msgspec.to_builtins(wanted)) == wanted


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("checkpoint_model", params.ModelName),
        ("negative_prompt", params.NegativePromptText),
        ("width", params.EdgePx),
        ("height", params.EdgePx),
        ("batch_size", params.BatchSize),
        ("steps", params.Steps),
        ("cfg", params.Cfg),
        ("sampler_name", params.OptionName),
        ("scheduler", params.OptionName),
    ],
)
def test_default_parameters_have_the_limits_of_a_submission(field: str, limit: object) -> None:
    schema = msgspec.json.schema(PreferencesPut)["$defs"]["DefaultParametersPut"]
    allowed = [one for one in schema["properties"][field]["anyOf"] if one != {"type": "null"}]
    assert allowed == [msgspec.json.schema(limit)]
