"""The status of every route for every kind of caller; each new route needs a row.

Columns: an anonymous caller; another user; the owner of the resource; an administrator who is not
the owner; an API key of the owner with the scope ``read``. Expired keys and deactivated users get
the status of an anonymous caller.
"""

from typing import Any

import msgspec

OK = (200, 200, 200, 200)
IMAGE = "/api/v1/content/{content_id}/image"
THUMBNAIL = "/api/v1/content/{content_id}/thumbnails/{size}"
ITEM = "/api/v1/content/{content_id}"
COLLECTION = "/api/v1/collections/{collection_id}"
SEARCH = "/api/v1/saved-searches/{search_id}"
SHARED = "/api/v1/shared/{token}"
UPLOAD = "/api/v1/uploads/{upload_id}"
GRID = "/api/v1/grids/{grid_id}"
JOBS = "/api/v1/generation-jobs"
JOB = "/api/v1/generation-jobs/{job_id}"
BATCHES = "/api/v1/generation-batches"
MODEL = "/api/v1/models/{model_id}"
NOTIFICATIONS = "/api/v1/notifications"
NOTIFICATION = "/api/v1/notifications/{notification_id}"
WILDCARD = "/api/v1/wildcards/{wildcard_id}"
PRESET = "/api/v1/presets/{preset_id}"
WEBHOOK = "/api/v1/webhooks/{webhook_id}"
WORKFLOW = "/api/v1/workflows/{workflow_id}"
DELIVERY = "/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}"


class Answers(msgspec.Struct, frozen=True):
    """The statuses of one route."""

    anonymous: int
    stranger: int
    owner: int
    admin: int
    read_key: int


def _public(status: int) -> Answers:
    return Answers(status, status, status, status, status)


def _read(stranger: int = 200, admin: int = 200) -> Answers:
    """Return the answers of a route that only reads."""
    return Answers(401, stranger, 200, admin, 200)


def _change(owner: int, *, stranger: int = 404, admin: int | None = None) -> Answers:
    """Return the answers of a route that changes what the owner has; admins too by default."""
    return Answers(401, stranger, owner, owner if admin is None else admin, 403)


def _own(status: int) -> Answers:
    """Return the answers of a route that changes what each caller has of their own."""
    return Answers(401, status, status, status, 403)


def _admins(status: int) -> Answers:
    return Answers(401, 403, 403, status, 403)


ROUTES: dict[str, Answers] = {
    "POST /api/v1/auth/login": _public(200),
    "POST /api/v1/auth/register": _public(403),
    "GET /api/v1/auth/options": _public(200),
    # Without a provider and a proxy that authenticates.
    "GET /api/v1/auth/oidc/login": _public(404),
    "GET /api/v1/auth/oidc/callback": _public(404),
    "GET /api/v1/auth/oidc/logout": _public(404),
    "POST /api/v1/auth/proxy": _public(404),
    "GET /api/v1/auth/me": _read(),
    "POST /api/v1/auth/logout": _own(204),
    "GET /api/v1/auth/sessions": _read(),
    "DELETE /api/v1/auth/sessions": _own(200),
    "DELETE /api/v1/auth/sessions/{session_id}": _change(204, admin=404),
    "GET /api/v1/users/me": _read(),
    "PATCH /api/v1/users/me": _own(200),
    "PUT /api/v1/users/me/password": _own(204),
    "GET /api/v1/users/me/preferences": _read(),
    "PUT /api/v1/users/me/preferences": _own(200),
    "GET /api/v1/api-keys": _read(),
    "POST /api/v1/api-keys": _own(201),
    "DELETE /api/v1/api-keys/{key_id}": _change(204, admin=404),
    "GET /api/v1/users": _admins(200),
    "POST /api/v1/users": _admins(201),
    "GET /api/v1/users/usage": _admins(200),
    "GET /api/v1/users/{user_id}": _admins(200),
    "GET /api/v1/users/{user_id}/usage": _admins(200),
    "PATCH /api/v1/users/{user_id}": _admins(200),
    "DELETE /api/v1/users/{user_id}": _admins(204),
    "GET /api/v1/alerts": _admins(200),
    "GET /api/v1/audit-log": _admins(200),
    "GET /api/v1/statistics/jobs": _admins(200),
    "GET /api/v1/storage/cleanup": _admins(200),
    "POST /api/v1/storage/cleanup": _admins(200),
    "GET /api/v1/storage/mine": _read(),
    "GET /api/v1/storage/users/{user_id}": _admins(200),
    "PUT /api/v1/storage/users/{user_id}": _admins(200),
    f"GET {JOBS}": _read(),
    f"POST {JOBS}": _own(201),
    f"GET {JOBS}/stats": _read(),
    f"POST {JOBS}/cancel": _change(200),
    f"POST {JOB}/move-to-top": _admins(200),
    f"GET {JOB}": _read(stranger=404),
    f"GET {JOB}/events": _read(stranger=404),
    f"POST {JOB}/cancel": _change(200),
    f"POST {JOB}/retry": _change(201),
    f"DELETE {JOB}": _change(204),
    f"GET {BATCHES}": _read(),
    f"GET {BATCHES}/{{batch_id}}": _read(stranger=404),
    f"POST {BATCHES}/{{batch_id}}/move-to-top": _admins(200),
    # Grids are visible only to their owner.
    "GET /api/v1/grids": _read(),
    "POST /api/v1/grids": _own(201),
    f"GET {GRID}": _read(stranger=404, admin=404),
    f"GET {GRID}/image": _read(stranger=404, admin=404),
    f"PATCH {GRID}": _change(200, admin=404),
    f"POST {GRID}/cancel": _change(200, admin=404),
    f"POST {GRID}/retry": _change(200, admin=404),
    f"POST {GRID}/cells/retry": _change(200, admin=404),
    f"DELETE {GRID}": _change(204, admin=404),
    # Users who wait may know why. Workers are visible to those who may see the jobs of all users.
    "GET /api/v1/queue": _read(),
    "POST /api/v1/queue/pause": _admins(200),
    "POST /api/v1/queue/resume": _admins(200),
    "GET /api/v1/workers": _admins(200),
    "GET /api/v1/content": _read(),
    "GET /api/v1/content/stats": _read(),
    "POST /api/v1/content/bulk": _own(200),
    "DELETE /api/v1/content/trash": _own(200),
    f"GET {ITEM}": _read(stranger=404),
    f"PATCH {ITEM}": _change(200),
    f"DELETE {ITEM}": _change(204),
    f"GET {ITEM}/neighbours": _read(stranger=404),
    f"GET {ITEM}/lineage": _read(stranger=404),
    f"GET {ITEM}/similar": _read(stranger=404),
    f"GET {ITEM}/reproduction": _read(stranger=404),
    "GET /api/v1/content/facets": _read(),
    "GET /api/v1/content/model-examples": _read(),
    "GET /api/v1/content/model-settings": _read(),
    # Saved searches are visible only to their owner.
    "GET /api/v1/saved-searches": _read(),
    "POST /api/v1/saved-searches": _own(201),
    f"GET {SEARCH}": _read(stranger=404, admin=404),
    f"PATCH {SEARCH}": _change(200, admin=404),
    f"DELETE {SEARCH}": _change(204, admin=404),
    f"PUT {ITEM}/rating": _change(200),
    f"PUT {ITEM}/favourite": _change(200),
    "POST /api/v1/imports": _own(200),
    "POST /api/v1/imports/inspect": _read(),
    "POST /api/v1/imports/known": _read(),
    "POST /api/v1/content/download": Answers(401, 422, 200, 200, 200),
    # Collections are visible to their owner and to members.
    "GET /api/v1/collections": _read(),
    "POST /api/v1/collections": _own(201),
    f"GET {COLLECTION}": _read(stranger=404, admin=404),
    f"PATCH {COLLECTION}": _change(200, admin=404),
    f"DELETE {COLLECTION}": _change(204, admin=404),
    f"GET {COLLECTION}/items": _read(stranger=404, admin=404),
    f"GET {COLLECTION}/items/{{content_id}}/neighbours": _read(stranger=404, admin=404),
    f"POST {COLLECTION}/items": _change(200, admin=404),
    f"POST {COLLECTION}/items/remove": _change(200, admin=404),
    f"POST {COLLECTION}/items/move": _change(204, admin=404),
    f"GET {COLLECTION}/download": _read(stranger=404, admin=404),
    f"GET {COLLECTION}/members": _read(stranger=404, admin=404),
    f"POST {COLLECTION}/members": _change(200, admin=404),
    f"DELETE {COLLECTION}/members/{{user_id}}": _change(204, admin=404),
    f"GET {COLLECTION}/link": _read(stranger=404, admin=404),
    f"POST {COLLECTION}/link": _change(201, admin=404),
    f"PATCH {COLLECTION}/link": _change(200, admin=404),
    f"DELETE {COLLECTION}/link": _change(204, admin=404),
    f"GET {SHARED}": _public(200),
    f"POST {SHARED}/access": _public(200),
    f"GET {SHARED}/items/{{content_id}}/image": _public(200),
    f"HEAD {SHARED}/items/{{content_id}}/image": _public(200),
    f"GET {SHARED}/items/{{content_id}}/file": _public(200),
    f"HEAD {SHARED}/items/{{content_id}}/file": _public(200),
    f"GET {SHARED}/items/{{content_id}}/thumbnails/{{size}}": _public(200),
    f"HEAD {SHARED}/items/{{content_id}}/thumbnails/{{size}}": _public(200),
    f"POST {ITEM}/restore": _change(200),
    f"GET {IMAGE}": _read(stranger=404),
    f"HEAD {IMAGE}": _read(stranger=404),
    f"GET {ITEM}/file": _read(stranger=404),
    f"HEAD {ITEM}/file": _read(stranger=404),
    f"GET {THUMBNAIL}": _read(stranger=404),
    f"HEAD {THUMBNAIL}": _read(stranger=404),
    "GET /api/v1/uploads": _read(),
    "POST /api/v1/uploads": _own(201),
    f"GET {UPLOAD}": _read(stranger=404, admin=404),
    f"DELETE {UPLOAD}": _change(204, admin=404),
    f"GET {UPLOAD}/file": _read(stranger=404, admin=404),
    f"HEAD {UPLOAD}/file": _read(stranger=404, admin=404),
    f"GET {UPLOAD}/thumbnails/{{size}}": _read(stranger=404, admin=404),
    f"HEAD {UPLOAD}/thumbnails/{{size}}": _read(stranger=404, admin=404),
    "GET /api/v1/tags": _read(),
    "GET /api/v1/checkpoint-models": _read(),
    "GET /api/v1/lora-models": _read(),
    "GET /api/v1/sampling-options": _read(),
    # The catalogue is everybody's to read, and the administrators' to correct.
    "GET /api/v1/models": _read(),
    "POST /api/v1/models": _admins(201),
    "GET /api/v1/models/refresh": _read(),
    "POST /api/v1/models/refresh": _admins(202),
    "POST /api/v1/models/hash": _admins(202),
    "GET /api/v1/models/notes": _read(),
    f"PUT {MODEL}/favourite": _own(200),
    f"PUT {MODEL}/note": _own(200),
    # Each user's note is their own.
    f"DELETE {MODEL}/note": _change(204, admin=404),
    f"GET {MODEL}": _read(),
    f"PATCH {MODEL}": _admins(200),
    f"DELETE {MODEL}": _admins(204),
    f"POST {MODEL}/reset": _admins(200),
    # A manually added model has no preview image.
    f"GET {MODEL}/preview": Answers(401, 404, 404, 404, 404),
    # Notifications and webhooks are visible only to their owner.
    f"GET {NOTIFICATIONS}": _read(),
    f"POST {NOTIFICATIONS}": _admins(201),
    f"DELETE {NOTIFICATIONS}": _own(200),
    f"GET {NOTIFICATIONS}/unread/count": _read(),
    f"PUT {NOTIFICATIONS}/read-all": _own(200),
    f"GET {NOTIFICATION}": _read(stranger=404, admin=404),
    f"DELETE {NOTIFICATION}": _change(204, admin=404),
    f"PUT {NOTIFICATION}/read": _change(200, admin=404),
    f"PUT {NOTIFICATION}/unread": _change(200, admin=404),
    "GET /api/v1/push/key": _read(),
    "GET /api/v1/push/subscriptions": _read(),
    "POST /api/v1/push/subscriptions": _own(201),
    "DELETE /api/v1/push/subscriptions/{subscription_id}": _change(204, admin=404),
    "POST /api/v1/push/test": _own(202),
    "GET /api/v1/webhooks": _read(),
    "POST /api/v1/webhooks": _own(201),
    f"GET {WEBHOOK}": _read(stranger=404, admin=404),
    f"PATCH {WEBHOOK}": _change(200, admin=404),
    f"DELETE {WEBHOOK}": _change(204, admin=404),
    f"POST {WEBHOOK}/secret": _change(201, admin=404),
    f"POST {WEBHOOK}/test": _change(202, admin=404),
    f"GET {WEBHOOK}/deliveries": _read(stranger=404, admin=404),
    f"GET {DELIVERY}": _read(stranger=404, admin=404),
    f"POST {DELIVERY}/redeliver": _change(202, admin=404),
    # Wildcards are visible to their owner, and to all users if they are shared.
    "GET /api/v1/wildcards": _read(),
    "POST /api/v1/wildcards": _own(201),
    "POST /api/v1/wildcards/preview": _own(200),
    f"GET {WILDCARD}": _read(stranger=404, admin=404),
    f"GET {WILDCARD}/text": _read(stranger=404, admin=404),
    f"PATCH {WILDCARD}": _change(200, admin=404),
    f"DELETE {WILDCARD}": _change(204, admin=404),
    # Presets as wildcards; prompts are visible only to their owner.
    "GET /api/v1/presets": _read(),
    "POST /api/v1/presets": _own(201),
    "GET /api/v1/presets/export": _read(),
    "POST /api/v1/presets/import": _own(200),
    f"GET {PRESET}": _read(stranger=404, admin=404),
    f"GET {PRESET}/cover/{{size}}": _read(stranger=404, admin=404),
    f"HEAD {PRESET}/cover/{{size}}": _read(stranger=404, admin=404),
    f"PATCH {PRESET}": _change(200, admin=404),
    f"DELETE {PRESET}": _change(204, admin=404),
    f"POST {PRESET}/restore": _change(200, admin=404),
    "GET /api/v1/prompts": _read(),
    "GET /api/v1/prompts/favourites": _read(),
    "POST /api/v1/prompts/favourites": _own(201),
    "DELETE /api/v1/prompts/favourites/{favourite_id}": _change(204, admin=404),
    "GET /api/v1/health": _public(200),
    "POST /api/v1/workflows/analyze": _own(200),
    "GET /api/v1/workflows": _read(),
    # The settings of this test let every user add workflows.
    "POST /api/v1/workflows": _own(201),
    f"GET {WORKFLOW}": _read(stranger=404),
    f"PATCH {WORKFLOW}": _change(200),
    f"DELETE {WORKFLOW}": _change(204),
    f"GET {WORKFLOW}/versions": _read(stranger=404),
    f"POST {WORKFLOW}/versions": _change(201),
    f"GET {WORKFLOW}/versions/{{number}}": _read(stranger=404),
    f"GET {WORKFLOW}/versions/{{number}}/diff": _read(stranger=404),
    f"GET {WORKFLOW}/schema": _read(stranger=404),
    f"POST {WORKFLOW}/jobs": _change(201),
    f"GET {WORKFLOW}/export": _read(stranger=404),
    "GET /health/live": _public(200),
    "GET /health/ready": _public(200),
    "GET /metrics": _admins(200),
}
UNDOCUMENTED = {"GET /metrics"}
"""Routes that are not part of the API, and not in the OpenAPI document."""

_GRAPH = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "x"}},
}
# Source: the example of RFC 8291, section 5.
BROWSER_KEY = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)
BODIES: dict[str, Any] = {
    "POST /api/v1/auth/login": {"username": "{username}", "password": "{password}"},
    "POST /api/v1/auth/register": {"username": "newcomer", "password": "{password}"},
    "PATCH /api/v1/users/me": {"email": "me@example.org"},
    "PUT /api/v1/users/me/password": {
        "current_password": "{password}",
        "new_password": "another horse battery",
    },
    "PUT /api/v1/users/me/preferences": {"theme": "dark"},
    "PUT /api/v1/storage/users/{user_id}": {"quota_bytes": 5_000_000},
    "POST /api/v1/api-keys": {"name": "script", "scopes": ["read"]},
    "POST /api/v1/users": {"username": "{fresh}"},
    "PATCH /api/v1/users/{user_id}": {"role": "admin"},
    f"POST {JOBS}": {"prompt": "a lighthouse", "checkpoint_model": "sd15.safetensors"},
    "POST /api/v1/wildcards": {"name": "animals", "entries": ["fox", "2::cat"]},
    "POST /api/v1/wildcards/preview": {"prompt": "a {{red|blue}} fox", "count": 2},
    f"PATCH {WILDCARD}": {"description": "another"},
    "POST /api/v1/presets": {
        "kind": "style",
        "name": "Oil",
        "prompt": "{{prompt}}, oil painting",
        "negative_prompt": "photo",
    },
    "POST /api/v1/presets/import": {
        "presets": [{"kind": "preset", "name": "Portrait", "settings": {"width": 832}}]
    },
    f"PATCH {PRESET}": {"description": "another"},
    "POST /api/v1/prompts/favourites": {"prompt": "a lighthouse"},
    "POST /api/v1/grids": {
        "request": {"prompt": "a lighthouse", "checkpoint_model": "sd15.safetensors"},
        "x": {"parameter": "cfg", "values": [4, 7]},
    },
    f"PATCH {GRID}": {"title": "another"},
    f"POST {GRID}/cells/retry": {"cells": [{"x": 0, "y": 0}]},
    f"POST {JOBS}/cancel": {"batch_id": "{batch_id}"},
    "POST /api/v1/queue/pause": {},
    "POST /api/v1/queue/resume": {},
    "POST /api/v1/content/bulk": {"ids": ["{content_id}"], "action": "delete"},
    f"PATCH {ITEM}": {"title": "another"},
    f"PUT {ITEM}/rating": {"rating": 5},
    f"PUT {ITEM}/favourite": {"is_favourite": True},
    "POST /api/v1/content/download": {"ids": ["{content_id}"]},
    "POST /api/v1/imports/known": {"sha256": ["0" * 64]},
    "POST /api/v1/collections": {"name": "Lighthouses"},
    f"PATCH {COLLECTION}": {"name": "Harbours"},
    "POST /api/v1/saved-searches": {
        "name": "Public foxes",
        "filter": {"scope": "all", "search": "fox", "tags": ["winter"], "min_rating": 4},
        "has_alert": True,
    },
    f"PATCH {SEARCH}": {"has_alert": False},
    f"POST {COLLECTION}/items": {"ids": ["{content_id}"]},
    f"POST {COLLECTION}/items/remove": {"ids": ["{content_id}"]},
    f"POST {COLLECTION}/items/move": {"ids": ["{content_id}"]},
    f"POST {COLLECTION}/members": {"username": "{fresh_member}", "role": "editor"},
    f"POST {COLLECTION}/link": {},
    f"PATCH {COLLECTION}/link": {"is_enabled": True},
    f"POST {SHARED}/access": {"password": "{password}"},
    "POST /api/v1/models": {"folder": "loras", "name": "{fresh}.safetensors"},
    f"PATCH {MODEL}": {"notes": "mine"},
    f"PUT {MODEL}/favourite": {"is_favourite": True},
    f"PUT {MODEL}/note": {"text": "Best at 30 steps"},
    f"POST {NOTIFICATIONS}": {"title": "hello"},
    "POST /api/v1/push/subscriptions": {
        "endpoint": "https://push.example.org/{fresh}",
        "keys": {
            "p256dh": BROWSER_KEY,
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
    },
    "POST /api/v1/webhooks": {"url": "https://hooks.example.org/x", "events": ["job.completed"]},
    f"PATCH {WEBHOOK}": {"description": "another"},
    "POST /api/v1/workflows/analyze": _GRAPH,
    "POST /api/v1/workflows": {"title": "x", "graph": _GRAPH},
    f"PATCH {WORKFLOW}": {"title": "another"},
    f"POST {WORKFLOW}/versions": {"graph": _GRAPH},
    f"POST {WORKFLOW}/jobs": {"inputs": {}},
}
# Routes that take the field ``file`` of a form instead of JSON.
FILES = {"POST /api/v1/uploads", "POST /api/v1/imports", "POST /api/v1/imports/inspect"}
QUERIES = {
    "GET /api/v1/content/model-examples": "checkpoint_model=sd15.safetensors",
    "GET /api/v1/content/model-settings": "checkpoint_model=sd15.safetensors",
    f"DELETE {NOTIFICATIONS}": "read=true",
}

SOCKETS: dict[str, tuple[str, int | None]] = {
    # path: how it is asked for, and what a stranger is closed with (None: they are served)
    "/ws/jobs/{job_id:str}": ("/ws/jobs/{job_id}", 4404),
    "/ws/jobs": ("/ws/jobs?job_ids={job_id}", 4404),
    "/ws/models": ("/ws/models", None),
    "/ws/notifications": ("/ws/notifications", None),
}
