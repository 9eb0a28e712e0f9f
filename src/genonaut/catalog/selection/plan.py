"""How the files of one picture are loaded and sampled, as a job keeps it."""

from genonaut.catalog.selection.recipes import Latent
from genonaut.core.schemas import Value


class ModelPlan(Value, frozen=True):
    """The files that draw a picture, LoRAs aside.

    Without ``text_encoders`` the file has its own, without ``vae`` too; ``clip_type`` is what the
    loader of the encoders calls their use.
    """

    folder: str
    name: str
    architecture: str = "unknown"
    variant: str = ""
    text_encoders: tuple[str, ...] = ()
    clip_type: str = ""
    vae: str = ""
    latent: Latent = Latent.SD
    flux_guidance: float | None = None
    flow_shift: float | None = None

    @property
    def files(self) -> list[str]:
        """Return ``folder/name`` of every file that a server must have."""
        return [
            f"{self.folder}/{self.name}",
            *(f"text_encoders/{name}" for name in self.text_encoders),
            *([f"vae/{self.vae}"] if self.vae else []),
        ]
