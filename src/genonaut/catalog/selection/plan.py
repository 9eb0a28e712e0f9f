"""How the model files of one job are loaded and sampled, as stored in its spec."""

from genonaut.catalog.selection.recipe import Latent, Schedule
from genonaut.comfyui import ShiftNode, TextEncoding
from genonaut.core.schemas import Value

PIXEL_SPACE = "pixel_space"
"""The VAE of models that work on pixels; ComfyUI has it without a file."""


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
    shift_node: ShiftNode = ShiftNode.AURAFLOW
    cfg_norm: float | None = None
    dual_cfg: float | None = None
    text_encoding: TextEncoding = TextEncoding.PLAIN
    schedule: Schedule = Schedule.KSAMPLER
    embeddings: tuple[str, ...] = ()
    """The files of the embeddings that the prompts name."""

    @property
    def files(self) -> list[str]:
        """Return ``folder/name`` of every file that a backend must have."""
        return [
            f"{self.folder}/{self.name}",
            *(f"text_encoders/{name}" for name in self.text_encoders),
            *([f"vae/{self.vae}"] if self.vae not in {"", PIXEL_SPACE} else []),
            *(f"embeddings/{name}" for name in self.embeddings),
        ]
