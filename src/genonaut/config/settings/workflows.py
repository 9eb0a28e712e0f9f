"""Settings of workflows."""

from typing import Annotated, Literal

from msgspec import Meta

from genonaut.config.settings.fields import Count, Section


class WorkflowSettings(Section, frozen=True):
    """ComfyUI workflows that users run through forms."""

    authors: Literal["everyone", "admins"] = "admins"
    """Who may add and change workflows."""
    max_nodes: Annotated[int, Meta(ge=1, le=5_000)] = 2_000
    """Nodes of one graph."""
    max_bytes: Annotated[int, Meta(ge=1_024, le=8_388_608)] = 4_194_304
    """Size of a graph, and of the file of ComfyUI's editor beside it."""
    max_per_user: Count = 1_000
    """Workflows of one user, archived ones included."""
    max_versions: Count = 1_000
    """Versions of one workflow."""
    allowed_nodes: tuple[str, ...] = ()
    """If set, only nodes whose class or Python module matches one of these patterns may be used."""
    denied_nodes: tuple[str, ...] = (
        "LoadImageOutput",
        "LoadLatent",
        "Load*DataSetFromFolder",
        "LoadTrainingDataset",
        "Save*DataSetToFolder",
        "SaveTrainingDataset",
        "CheckpointSave",
        "CLIPSave",
        "ImageOnlyCheckpointSave",
        "LoraSave",
        "ModelSave",
        "VAESave",
        "VHS_Load*Path",
        "VHS_LoadImages",
        "VHS_LoadAudio",
    )
    """Nodes whose class or Python module matches one of these patterns are refused."""
    allow_api_nodes: bool = False
    """Allow nodes that call paid services."""

    def allows_author(self, *, is_admin: bool) -> bool:
        """Return whether a user may add and change workflows."""
        return is_admin or self.authors == "everyone"
