"""What a simulator can be told before it starts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec


class SimulatedModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model file that exists by name only; ``modified`` is in seconds since 1970.

    ``metadata`` is the safetensors ``__metadata__`` object; None means that the file has none.
    ``preview_prompt`` is the prompt of an image that lies beside it; empty means that none does.
    """

    name: str
    size_bytes: int = 2_132_625_894
    modified: float = 1_735_689_600.0
    metadata: dict[str, str] | None = None
    preview_prompt: str = ""


class SimulatorOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one simulator.

    Attributes:
        name: Shown as the device's name in ``/system_stats``.
        version: The ComfyUI version which ``/system_stats`` reports.
        delay_ms: Time one sampler node takes, spread evenly over its steps. 0 is as fast as it goes.
        node_delay_ms: Time every node which works on pixels takes besides (ImageBlur and the like).
        output_directory: Where SaveImage writes; kept on close. None: a temporary one, removed.
        models: Folder name to its models, replacing the default set. Names alone will do.
        windows: Whether it names files and itself as ComfyUI does on Windows.
        previews: Whether samplers send preview pictures (ComfyUI's ``--preview-method``).
        faults_in_prompts: Whether ``[fault:…]`` in a positive prompt triggers that fault.
    """

    name: str = "simulator"
    version: str = "0.3.64"
    delay_ms: float = 0.0
    node_delay_ms: float = 0.0
    output_directory: Path | None = None
    models: Mapping[str, Sequence[SimulatedModel | str]] | None = None
    windows: bool = False
    previews: bool = True
    faults_in_prompts: bool = True
