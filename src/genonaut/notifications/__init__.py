"""What a user is told when work is done: notifications, and webhooks for their programs."""
