"""HTTP bodies of the usage of users."""

from datetime import datetime

import msgspec

from genonaut.accounts.schemas import UserView
from genonaut.core.schemas import View
from genonaut.jobs.usage.service import UserUsage


class UsageView(View, frozen=True):
    """What a user has used, without deleted jobs and images.

    ``render_seconds`` is how long ComfyUI servers rendered the user's jobs. ``storage_bytes`` is the
    size of ``images``, also of those in the trash. ``last_activity_at`` is the latest submission or
    use of a login or an API key.
    """

    jobs: int
    completed: int
    failed: int
    render_seconds: float
    images: int
    storage_bytes: int
    last_activity_at: datetime | None


class UserUsageView(View, frozen=True):
    """A user with what they have used."""

    user: UserView
    usage: UsageView

    @classmethod
    def of(cls, found: UserUsage) -> "UserUsageView":
        """Return the view of a user."""
        return cls(
            user=UserView.of(found.user),
            usage=UsageView(**msgspec.structs.asdict(found.usage)),
        )
