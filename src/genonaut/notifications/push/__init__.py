"""Web Push: notifications to browsers that have no page of Genonaut open."""
