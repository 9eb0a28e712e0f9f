"""Tell users that their jobs ended: notifications, and webhooks for programs."""
