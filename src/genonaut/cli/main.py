"""The entry point and the list of all commands."""

import sys

import click

from genonaut.cli.lazy_group import LazyGroup
from genonaut.cli.process_exit import end_process
from genonaut.config.env_file import apply_env_file
from genonaut.core.errors import SettingsError

SECTIONS = {
    "Run": {
        "demo": ("genonaut.cli.up.command:demo", "Start a complete demo with a few images."),
        "up": (
            "genonaut.cli.up.command:up",
            "Start all services of an environment; Ctrl-C stops them.",
        ),
        "api": ("genonaut.cli.api:api", "Serve the HTTP API and the web app."),
        "worker": ("genonaut.cli.worker:worker", "Render queued jobs."),
        "simulator": ("genonaut.cli.simulator:simulator", "Serve a simulated ComfyUI server."),
    },
    "Use": {
        "generate": ("genonaut.cli.generate.command:generate", "Generate images from a prompt."),
        "grid": (
            "genonaut.cli.grid.command:grid",
            "Vary parameters of a prompt; list and export such grids.",
        ),
        "upscale": ("genonaut.cli.upscale.command:upscale", "Enlarge image files."),
        "uploads": (
            "genonaut.cli.uploads.command:uploads",
            "Store, list and delete files that are inputs of jobs.",
        ),
        "images": (
            "genonaut.cli.images.command:images",
            "Search, download, mark, tag and rate images.",
        ),
        "collections": (
            "genonaut.cli.collections.command:collections",
            "List, fill, share and download collections.",
        ),
        "searches": (
            "genonaut.cli.searches.command:searches",
            "Save searches of the gallery, with alerts.",
        ),
        "prompts": (
            "genonaut.cli.prompts.command:prompts",
            "Find earlier prompts and keep favourites.",
        ),
        "wildcards": (
            "genonaut.cli.wildcards.command:wildcards",
            "Write, import, list and export wildcards of prompts.",
        ),
        "presets": (
            "genonaut.cli.presets.command:presets",
            "Create, change, share and import presets and styles.",
        ),
        "jobs": ("genonaut.cli.jobs.command:jobs", "List, show, cancel and retry jobs."),
        "monitor": (
            "genonaut.cli.monitor.command:monitor",
            "Watch the queue and the workers live.",
        ),
        "models": ("genonaut.cli.models.command:models", "Scan, list, correct and delete models."),
        "metadata": (
            "genonaut.cli.metadata.command:metadata",
            "Print the prompt and settings that files carry.",
        ),
        "workflows": (
            "genonaut.cli.workflows.command:workflows",
            "Convert ComfyUI workflows and derive forms.",
        ),
        "seed": ("genonaut.cli.seed.command:seed", "Generate a few first images."),
    },
    "Maintenance": {
        "health": (
            "genonaut.cli.health.command:health",
            "Check that API or worker run, for containers.",
        ),
        "doctor": (
            "genonaut.cli.doctor.command:doctor",
            "Check what Genonaut needs; say how to fix it.",
        ),
        "comfyui": (
            "genonaut.cli.comfyui.command:comfyui",
            "Show the state of the ComfyUI servers.",
        ),
        "queue": ("genonaut.cli.queue.command:queue", "Show, pause and resume the queue."),
        "notify": ("genonaut.cli.notify.command:notify", "Send an announcement to users."),
        "users": ("genonaut.cli.users.command:users", "Create, list and change accounts."),
        "thumbnails": (
            "genonaut.cli.thumbnails.command:thumbnails",
            "Make the thumbnails of images again.",
        ),
        "backup": (
            "genonaut.cli.backup.command:backup",
            "Make, list, verify and restore backups.",
        ),
        "import": (
            "genonaut.cli.imports.command:import_group",
            "Import images, or the data of an older installation.",
        ),
        "cleanup": (
            "genonaut.cli.cleanup.command:cleanup",
            "Remove what has passed its retention.",
        ),
        "storage": ("genonaut.cli.storage.command:storage", "Check the stored files."),
        "db": ("genonaut.cli.db.command:db", "Migrate or reset the database."),
        "redis": ("genonaut.cli.redis.command:redis", "List or delete the keys in Redis."),
        "webhooks": ("genonaut.cli.webhooks.command:webhooks", "Test webhooks."),
        "openapi": ("genonaut.cli.openapi:openapi", "Write the API's OpenAPI document."),
        "version": ("genonaut.cli.version:version", "Print the version."),
    },
}

cli = LazyGroup(
    name="genonaut",
    sections=SECTIONS,
    help="""Self-hosted image generation with one or more ComfyUI servers.

    Try `genonaut demo`, then in a second terminal `genonaut generate "a lighthouse at dusk"
    --env demo`.
    """,
)


def main() -> None:
    """Run the command line; exits with 0, 1 (failure), 2 (usage error) or the command's own status.

    The variables of ``.env`` are read first, because options take their defaults from variables.
    """
    try:
        apply_env_file()
    except SettingsError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    try:
        cli(prog_name="genonaut")
    except SystemExit as ending:
        end_process(ending.code)
