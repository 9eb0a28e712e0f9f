"""Client for ComfyUI servers: submit graphs, follow prompts, fetch images.

What sends requests is loaded when it is used first: it needs aiohttp, 6 MiB that most API processes do not use.
"""

import importlib
from typing import TYPE_CHECKING, Any

from genonaut.comfyui.completion import CompletedGraph, GraphProblem, complete_graph
from genonaut.comfyui.errors import (
    INPUT_NODES,
    ComfyTooOldError,
    ComfyUnreachableError,
    GraphRefusedError,
    ImageMissingError,
    ImageTooLargeError,
    InputRefusedError,
    NodeProblem,
    SubmitUncertainError,
    TruncatedDownloadError,
)
from genonaut.comfyui.events import (
    Ended,
    Event,
    ImageSaved,
    Preview,
    Queued,
    Reachable,
    Started,
    Unreachable,
)
from genonaut.comfyui.graphs.build import (
    build_graph,
    filename_prefix_of,
    node_classes_of,
)
from genonaut.comfyui.graphs.nodes import NODE_CLASSES, Graph, LatentNode
from genonaut.comfyui.graphs.specs import (
    CheckpointLoader,
    Control,
    ControlMethod,
    Generation,
    Hires,
    InpaintMethod,
    InstructionReferences,
    LatentReferences,
    Lora,
    Mask,
    References,
    ReferenceScale,
    Refiner,
    ShiftNode,
    Source,
    SplitLoader,
    StyleReference,
    StyleReferences,
    TextEncoding,
    TextToImage,
    UnionType,
    Upscaling,
    hires_size,
)
from genonaut.comfyui.location import Absent, InHistory, Located, QueueSnapshot, Running, Waiting
from genonaut.comfyui.model_paths import is_windows, with_slashes
from genonaut.comfyui.outcome import (
    Interrupted,
    Lost,
    NodeFailed,
    NoOutput,
    Outcome,
    OutOfMemory,
    Succeeded,
    outcome_of,
)
from genonaut.comfyui.outputs import OutputFile, OutputText, results_of
from genonaut.comfyui.progress_tracker import ProgressTracker, PromptProgress
from genonaut.comfyui.redacted_url import redact_url
from genonaut.comfyui.server_offers import (
    MODEL_FOLDERS,
    TEXT_ENCODERS,
    VAE,
    Models,
    ServerOffers,
)
from genonaut.comfyui.server_text import without_paths
from genonaut.comfyui.settings import ConnectionSettings, ListenerSettings, Timeouts, WatchSettings
from genonaut.comfyui.versions import supports_preview_method, supports_targeted_interrupt
from genonaut.comfyui.wire import (
    HistoryEntry,
    ImageRef,
    ModelFile,
    NodeInfo,
    SystemStats,
)

if TYPE_CHECKING:
    from genonaut.comfyui.access import access_of, client_of
    from genonaut.comfyui.backend import BackendHealth, ComfyBackend
    from genonaut.comfyui.client import ComfyClient
    from genonaut.comfyui.connection import ServerAccess
    from genonaut.comfyui.image_download import download, fetch_image, read_image
    from genonaut.comfyui.input_files import send_input
    from genonaut.comfyui.output_removal import remove_output
    from genonaut.comfyui.prompt_watch import PromptWatch
    from genonaut.comfyui.transport import open_session
    from genonaut.comfyui.websocket_listener import WebsocketListener

__all__ = [
    "INPUT_NODES",
    "MODEL_FOLDERS",
    "NODE_CLASSES",
    "TEXT_ENCODERS",
    "VAE",
    "Absent",
    "BackendHealth",
    "CheckpointLoader",
    "ComfyBackend",
    "ComfyClient",
    "ComfyTooOldError",
    "ComfyUnreachableError",
    "CompletedGraph",
    "ConnectionSettings",
    "Control",
    "ControlMethod",
    "Ended",
    "Event",
    "Generation",
    "Graph",
    "GraphProblem",
    "GraphRefusedError",
    "Hires",
    "HistoryEntry",
    "ImageMissingError",
    "ImageRef",
    "ImageSaved",
    "ImageTooLargeError",
    "InHistory",
    "InpaintMethod",
    "InputRefusedError",
    "InstructionReferences",
    "Interrupted",
    "LatentNode",
    "LatentReferences",
    "ListenerSettings",
    "Located",
    "Lora",
    "Lost",
    "Mask",
    "ModelFile",
    "Models",
    "NoOutput",
    "NodeFailed",
    "NodeInfo",
    "NodeProblem",
    "OutOfMemory",
    "Outcome",
    "OutputFile",
    "OutputText",
    "Preview",
    "ProgressTracker",
    "PromptProgress",
    "PromptWatch",
    "QueueSnapshot",
    "Queued",
    "Reachable",
    "ReferenceScale",
    "References",
    "Refiner",
    "Running",
    "ServerAccess",
    "ServerOffers",
    "ShiftNode",
    "Source",
    "SplitLoader",
    "Started",
    "StyleReference",
    "StyleReferences",
    "SubmitUncertainError",
    "Succeeded",
    "SystemStats",
    "TextEncoding",
    "TextToImage",
    "Timeouts",
    "TruncatedDownloadError",
    "UnionType",
    "Unreachable",
    "Upscaling",
    "Waiting",
    "WatchSettings",
    "WebsocketListener",
    "access_of",
    "build_graph",
    "client_of",
    "complete_graph",
    "download",
    "fetch_image",
    "filename_prefix_of",
    "hires_size",
    "is_windows",
    "node_classes_of",
    "open_session",
    "outcome_of",
    "read_image",
    "redact_url",
    "remove_output",
    "results_of",
    "send_input",
    "supports_preview_method",
    "supports_targeted_interrupt",
    "with_slashes",
    "without_paths",
]

_MODULES = {
    "BackendHealth": "backend",
    "ComfyBackend": "backend",
    "ComfyClient": "client",
    "PromptWatch": "prompt_watch",
    "ServerAccess": "connection",
    "WebsocketListener": "websocket_listener",
    "access_of": "access",
    "client_of": "access",
    "download": "image_download",
    "fetch_image": "image_download",
    "open_session": "transport",
    "read_image": "image_download",
    "remove_output": "output_removal",
    "send_input": "input_files",
}
"""The modules with names that need aiohttp."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as declared above
    """Return a name of a module that is not loaded yet (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value
