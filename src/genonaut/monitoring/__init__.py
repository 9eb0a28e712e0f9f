"""Watch the installation: metrics, alerts, statistics and retention."""
