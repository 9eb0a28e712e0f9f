"""Websocket handlers."""
