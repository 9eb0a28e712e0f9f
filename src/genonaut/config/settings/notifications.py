"""Notifications and webhooks."""

from genonaut.config.settings.fields import Count, Positive, Section


class NotificationSettings(Section, frozen=True):
    """How long notifications are kept."""

    retention_days: Positive = 90.0
    """Read notifications are deleted after this time."""
    unread_days: Positive = 365.0
    """Unread notifications are deleted after this time."""
    push_contact: str = ""
    """Contact for push services, ``mailto:`` or ``https:``; empty: the address of the web app."""
    search_alert_seconds: Positive = 300.0
    """Interval of the alerts of saved searches; each reports all new items of that time."""


class WebhookSettings(Section, frozen=True):
    """Destinations, timeouts and retries of webhooks."""

    allowed_hosts: tuple[str, ...] = ()
    """Private host names, addresses and networks that may be called, also without HTTPS."""
    max_per_user: Count = 20
    timeout_seconds: Positive = 15.0
    """Total time limit of one call; Standard Webhooks recommends 15 to 30 s."""
    retry_delays_seconds: tuple[float, ...] = (5, 30, 300, 1_800, 7_200, 21_600, 43_200)
    """Delays between the tries of one delivery; there is one try more than delays."""
    sweep_seconds: Positive = 5.0
    """Interval of the check for due deliveries."""
    resend_seconds: Positive = 30.0
    """A delivery task without a result is sent again after this time."""
    secret_overlap_hours: Positive = 24.0
    """How long a replaced secret continues to sign beside the new one."""
    log_days: Positive = 30.0
    """Finished deliveries are deleted after this time."""
