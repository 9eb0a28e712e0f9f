"""Webhooks: signed HTTP calls to programs of users, according to Standard Webhooks 1.0.0.

Source: https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
"""
