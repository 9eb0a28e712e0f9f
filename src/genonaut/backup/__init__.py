"""Backups: a consistent pair of database and files, incremental, optionally encrypted."""
