"""How the model files of one job are loaded and sampled, as stored in its spec."""

from genonaut.catalog.selection.recipes import Latent, Schedule
from genonaut.core.schemas import Value


class ModelPlan(Value, frozen=True):
    """The model files of a job, without LoRAs.

    ``text_encoders`` and ``vae`` are empty if the model file contains them; ``clip_type`` is the
    ``type`` input of the text encoder loader.
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
    schedule: Schedule = Schedule.KSAMPLER

    @property
    def files(self) -> list[str]:
        """Return ``folder/name`` of every file that a backend must have."""
        return [
            f"{self.folder}/{self.name}",
            *(f"text_encoders/{name}" for name in self.text_encoders),
            *([f"vae/{self.vae}"] if self.vae else []),
        ]
