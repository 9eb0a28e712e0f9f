"""What can go wrong between us and a ComfyUI server."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from genonaut.core.errors import GenonautError, NotFoundError, UnavailableError

# ckpt_name, lora_name, clip_name2, sampler_name: what a server lists besides its nodes.
_NAMES_A_FILE = re.compile(r"_name\d?\Z")


class ComfyUnreachableError(UnavailableError):
    """ComfyUI does not answer, or answers with something that is not its protocol.

    Raised by a submission only when the prompt was certainly not taken.
    """

    code = "comfyui_unreachable"


class SubmitUncertainError(UnavailableError):
    """The POST was timed out, cut or answered with 5xx: ComfyUI may have queued the prompt.

    Look for the prompt id in the queue, then in the history, before anything else is posted.
    """

    code = "submit_uncertain"


class ComfyTooOldError(UnavailableError):
    """The server ignores prompt ids chosen by clients (ComfyUI before pull request 8189)."""

    code = "comfyui_too_old"


class NodeProblem(msgspec.Struct, frozen=True):
    """What ComfyUI objects to in one input of one node."""

    node_id: str
    node_type: str
    title: str
    kind: str
    input_name: str | None
    received: str | None
    message: str


class GraphRefusedError(GenonautError):
    """ComfyUI will never run this graph, or only parts of it; retrying cannot help."""

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
        """Tell whether it objects to nothing but names it has not, as of deleted files."""
        return bool(self.problems) and all(
            problem.kind == "value_not_in_list" and _NAMES_A_FILE.search(problem.input_name or "")
            for problem in self.problems
        )


class ImageMissingError(NotFoundError):
    """ComfyUI reported an image that it cannot hand out: deleted, moved, or never written."""

    code = "image_missing"


class TruncatedDownloadError(UnavailableError):
    """The image arrived incomplete; asking again may help."""

    code = "truncated_download"


class ImageTooLargeError(GenonautError):
    """The image is larger than we are willing to store."""

    code = "image_too_large"
