"""HTTP bodies of the comparison of an item with the present."""

from genonaut.core.schemas import View
from genonaut.jobs.reproduction.comparison import Closeness, ComparedModel, ModelState, Substitute
from genonaut.jobs.reproduction.service import Reproduction


class SubstituteView(View, frozen=True):
    """A model to use instead, and why it is offered."""

    name: str
    title: str
    architecture: str
    autov2: str | None
    closeness: Closeness

    @classmethod
    def of(cls, one: Substitute) -> "SubstituteView":
        """Return the view of a substitute."""
        model = one.model
        return cls(
            name=model.name,
            title=model.title,
            architecture=model.architecture,
            autov2=model.autov2,
            closeness=one.closeness,
        )


class ComparedModelView(View, frozen=True):
    """A recorded model.

    ``role`` is checkpoint, lora or vae. ``state``: ``same`` hash, ``changed`` (another file of that name),
    ``unverified`` (a hash is not known), ``missing``. Substitutes are listed for changed and missing ones,
    the nearest first.
    """

    role: str
    name: str
    state: ModelState
    recorded_autov2: str | None
    current_autov2: str | None
    substitutes: list[SubstituteView]

    @classmethod
    def of(cls, one: ComparedModel) -> "ComparedModelView":
        """Return the view of a compared model."""
        return cls(
            role=one.recorded.role,
            name=one.recorded.name,
            state=one.state,
            recorded_autov2=one.recorded.autov2,
            current_autov2=one.current_autov2,
            substitutes=[SubstituteView.of(substitute) for substitute in one.substitutes],
        )


class ServerVersionView(View, frozen=True):
    """A ComfyUI server that is in use."""

    backend: str
    version: str | None


class ReproductionView(View, frozen=True):
    """What an item was made with, compared with what the servers have now.

    ``job_id`` is the caller's job with all its settings; null: use those of the item. ``is_possible``:
    it can be submitted, with substitutes or without missing LoRAs and VAE if necessary. ``is_exact``: all that was recorded is the same.
    ``missing_images``: roles of deleted images such as ``source``; ``missing_files``: ``folder/name`` of
    ControlNets and the like that no server has. Both make it impossible.
    """

    content_id: int
    job_id: int | None
    is_possible: bool
    is_exact: bool
    models: list[ComparedModelView]
    recorded_version: str | None
    recorded_backend: str | None
    has_recorded_version: bool
    servers: list[ServerVersionView]
    missing_nodes: list[str]
    missing_images: list[str]
    missing_files: list[str]

    @classmethod
    def of(cls, found: Reproduction) -> "ReproductionView":
        """Return the view of a comparison."""
        return cls(
            content_id=found.content_id,
            job_id=found.job_id,
            is_possible=found.is_possible,
            is_exact=found.is_exact,
            models=[ComparedModelView.of(one) for one in found.models],
            recorded_version=found.recorded_version,
            recorded_backend=found.recorded_backend,
            has_recorded_version=found.has_recorded_version,
            servers=[
                ServerVersionView(backend=one.backend, version=one.version) for one in found.servers
            ],
            missing_nodes=list(found.missing_nodes),
            missing_images=list(found.missing_images),
            missing_files=list(found.missing_files),
        )
