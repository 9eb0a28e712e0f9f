"""The entry point: every command by name, imported only when it is used."""

from genonaut.cli.lazy_group import LazyGroup

SECTIONS = {
    "Run": {
        "demo": ("genonaut.cli.up.command:demo", "Start a complete demo and make a few images."),
        "up": (
            "genonaut.cli.up.command:up",
            "Start everything an environment needs, until Ctrl-C.",
        ),
        "api": ("genonaut.cli.api:api", "Serve the HTTP API and the web pages."),
        "worker": ("genonaut.cli.worker:worker", "Render queued jobs."),
        "simulator": ("genonaut.cli.simulator:simulator", "Serve a stand-in for ComfyUI."),
    },
    "Use": {
        "generate": ("genonaut.cli.generate.command:generate", "Make images from a prompt."),
        "jobs": ("genonaut.cli.jobs.command:jobs", "List, show, cancel and retry jobs."),
        "monitor": (
            "genonaut.cli.monitor.command:monitor",
            "Watch the queue and the workers live.",
        ),
        "models": ("genonaut.cli.models.command:models", "Scan, list and correct models."),
        "seed": ("genonaut.cli.seed.command:seed", "Fill an empty gallery with a few images."),
    },
    "Look after": {
        "doctor": (
            "genonaut.cli.doctor.command:doctor",
            "Check what Genonaut needs, and how to mend it.",
        ),
        "comfyui": ("genonaut.cli.comfyui.command:comfyui", "Look at the ComfyUI servers."),
        "queue": ("genonaut.cli.queue.command:queue", "Show, pause and resume the queue."),
        "users": ("genonaut.cli.users.command:users", "Make, list and look after accounts."),
        "db": ("genonaut.cli.db.command:db", "Migrate or reset the database."),
        "redis": ("genonaut.cli.redis.command:redis", "Look at or clear this environment's keys."),
        "webhooks": ("genonaut.cli.webhooks.command:webhooks", "Try out webhooks."),
        "openapi": ("genonaut.cli.about:openapi", "Write the API's OpenAPI document."),
        "version": ("genonaut.cli.about:version", "Print the version."),
    },
}

cli = LazyGroup(
    name="genonaut",
    sections=SECTIONS,
    help="""Self-hosted image generation in front of one or more ComfyUI servers.

    Try `genonaut demo`, then in a second terminal `genonaut generate "a lighthouse at dusk"
    --env demo`.
    """,
)


def main() -> None:
    """Run the command line; exits with 0, 1 (it failed), 2 (misuse) or the command's own status."""
    cli(prog_name="genonaut")
