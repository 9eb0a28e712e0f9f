"""Client for ComfyUI servers: submit graphs, follow prompts, fetch images."""

from genonaut.comfyui.access import access_of, client_of
from genonaut.comfyui.backend import BackendHealth, ComfyBackend
from genonaut.comfyui.client import ComfyClient
from genonaut.comfyui.connection import ServerAccess
from genonaut.comfyui.errors import (
    ComfyTooOldError,
    ComfyUnreachableError,
    GraphRefusedError,
    ImageMissingError,
    ImageTooLargeError,
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
from genonaut.comfyui.graph import (
    NODE_CLASSES,
    CheckpointLoader,
    Graph,
    LatentNode,
    Lora,
    SplitLoader,
    TextToImage,
    build_text_to_image,
    filename_prefix_of,
    node_classes_of,
)
from genonaut.comfyui.image_download import download, fetch_image, read_image
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
from genonaut.comfyui.output_removal import remove_output
from genonaut.comfyui.progress_tracker import ProgressTracker, PromptProgress
from genonaut.comfyui.prompt_watch import PromptWatch
from genonaut.comfyui.redacted_url import redact_url
from genonaut.comfyui.server_offers import TEXT_ENCODERS, VAE, Models, ServerOffers
from genonaut.comfyui.server_text import without_paths
from genonaut.comfyui.settings import ConnectionSettings, ListenerSettings, Timeouts, WatchSettings
from genonaut.comfyui.transport import open_session
from genonaut.comfyui.versions import supports_preview_method, supports_targeted_interrupt
from genonaut.comfyui.websocket_listener import WebsocketListener
from genonaut.comfyui.wire import (
    HistoryEntry,
    ImageRef,
    ModelFile,
    NodeInfo,
    SystemStats,
)

__all__ = [
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
    "ConnectionSettings",
    "Ended",
    "Event",
    "Graph",
    "GraphRefusedError",
    "HistoryEntry",
    "ImageMissingError",
    "ImageRef",
    "ImageSaved",
    "ImageTooLargeError",
    "InHistory",
    "Interrupted",
    "LatentNode",
    "ListenerSettings",
    "Located",
    "Lora",
    "Lost",
    "ModelFile",
    "Models",
    "NoOutput",
    "NodeFailed",
    "NodeInfo",
    "NodeProblem",
    "OutOfMemory",
    "Outcome",
    "Preview",
    "ProgressTracker",
    "PromptProgress",
    "PromptWatch",
    "QueueSnapshot",
    "Queued",
    "Reachable",
    "Running",
    "ServerAccess",
    "ServerOffers",
    "SplitLoader",
    "Started",
    "SubmitUncertainError",
    "Succeeded",
    "SystemStats",
    "TextToImage",
    "Timeouts",
    "TruncatedDownloadError",
    "Unreachable",
    "Waiting",
    "WatchSettings",
    "WebsocketListener",
    "access_of",
    "build_text_to_image",
    "client_of",
    "download",
    "fetch_image",
    "filename_prefix_of",
    "is_windows",
    "node_classes_of",
    "open_session",
    "outcome_of",
    "read_image",
    "redact_url",
    "remove_output",
    "supports_preview_method",
    "supports_targeted_interrupt",
    "with_slashes",
    "without_paths",
]
