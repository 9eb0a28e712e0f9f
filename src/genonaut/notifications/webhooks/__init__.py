"""Signed HTTP calls to programs of users, as Standard Webhooks 1.0.0 describes them.

Source: https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
"""
