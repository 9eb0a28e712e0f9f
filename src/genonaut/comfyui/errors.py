"""Errors of the ComfyUI client."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from genonaut.core.errors import GenonautError, NotFoundError, UnavailableError

# Inputs that take a name from one of the server's lists: ckpt_name, lora_name, clip_name2, sampler_name.
_NAME_INPUT = re.compile(r"_name\d?\Z")


class ComfyUnreachableError(UnavailableError):
    """ComfyUI does not answer, or not according to its protocol.

    A submission raises it only if the prompt was certainly not queued.
    """

    code = "comfyui_unreachable"


class SubmitUncertainError(UnavailableError):
    """The POST timed out, lost its connection or got a 5xx: ComfyUI may have queued the prompt.

    Check the queue, then the history, for the prompt id before posting anything else.
    """

    code = "submit_uncertain"


class ComfyTooOldError(UnavailableError):
    """The server ignores prompt ids chosen by clients (ComfyUI before pull request 8189)."""

    code = "comfyui_too_old"


class NodeProblem(msgspec.Struct, frozen=True):
    """A validation error of one input of one node."""

    node_id: str
    node_type: str
    title: str
    kind: str
    input_name: str | None
    received: str | None
    message: str


INPUT_NODES = frozenset({"LoadImage", "LoadImageMask", "LoadVideo", "LoadAudio"})
"""Nodes that read files of the input folder."""


class InputRefusedError(GenonautError):
    """ComfyUI refuses an uploaded file."""

    code = "input_refused"


class GraphRefusedError(GenonautError):
    """ComfyUI refuses the graph or parts of it; retrying cannot help."""

    code = "workflow_rejected"

    def __init__(
        self,
        message: str,
        *,
        kind: str = "",
        problems: tuple[NodeProblem, ...] = (),
        node_errors: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.problems = problems
        self.node_errors = dict(node_errors or {})

    @property
    def only_misses_files(self) -> bool:
        """Return whether every problem is a name that the server does not have, such as a deleted file."""
        return bool(self.problems) and all(
            problem.kind == "value_not_in_list" and _NAME_INPUT.search(problem.input_name or "")
            for problem in self.problems
        )

    @property
    def only_misses_inputs(self) -> bool:
        """Return whether every problem is a file that is missing in the input folder.

        Source: LoadImage.VALIDATE_INPUTS in ComfyUI's nodes.py, recorded with 0.3.64 and 0.33.
        """
        return bool(self.problems) and all(
            problem.node_type in INPUT_NODES and problem.kind == "custom_validation_failed"
            for problem in self.problems
        )

    @property
    def misses_node(self) -> bool:
        """Return whether the server does not have a node class of the graph.

        Source: ComfyUI execution.py, validate_prompt: ``missing_node_type`` from 0.12 on, before it
        ``invalid_prompt`` with this sentence.
        """
        return self.kind == "missing_node_type" or (
            self.kind == "invalid_prompt" and "does not exist" in str(self)
        )


class ImageMissingError(NotFoundError):
    """ComfyUI reported an image that it cannot return: deleted, moved or never written."""

    code = "image_missing"


class TruncatedDownloadError(UnavailableError):
    """The image arrived incomplete; a retry may help."""

    code = "truncated_download"


class ImageTooLargeError(GenonautError):
    """The image exceeds the size limit."""

    code = "image_too_large"
