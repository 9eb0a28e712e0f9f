"""Options of a simulator."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec


class SimulatedModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model file that exists by name only; ``modified`` is in Unix seconds.

    ``metadata`` is the safetensors ``__metadata__`` object; None means the file has none.
    ``preview_prompt`` is the prompt of its preview image; empty means it has none.
    """

    name: str
    size_bytes: int = 2_132_625_894
    modified: float = 1_735_689_600.0
    metadata: dict[str, str] | None = None
    preview_prompt: str = ""


class SimulatorOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of one simulator.

    Attributes:
        name: Name of the device in ``/system_stats``.
        version: The ComfyUI version to imitate and to report, such as ``0.33.0``.
        delay_ms: Duration of a sampler node, spread evenly over its steps; 0 means no delay.
        node_delay_ms: Duration of every other node that works on pixels, such as ImageBlur.
        output_directory: Where SaveImage writes; kept on close. None means a temporary directory.
        models: Models by folder, replacing the default set; a plain name is allowed.
        windows: Whether to report the operating system and file names as ComfyUI on Windows does.
        previews: Whether samplers send previews unless a prompt chooses (``--preview-method``).
        faults_in_prompts: Whether ``[fault:…]`` in a prompt triggers that fault.
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
