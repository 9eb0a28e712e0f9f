"""Conversion of workflow files of ComfyUI's editor to graphs: pure functions of a file and an object_info.

The editor itself does this conversion in the browser; no route of ComfyUI does. The rules were observed
on the editor 1.49.6 and are checked against graphs that it made (``tests/data/workflows``).
"""

from .convert import convert, promoted_inputs
from .document import is_ui_file
from .errors import ConversionError, Problem, UnknownClassesError
from .queued_texts import QueueTime
from .texts import first

__all__ = [
    "ConversionError",
    "Problem",
    "QueueTime",
    "UnknownClassesError",
    "convert",
    "first",
    "is_ui_file",
    "promoted_inputs",
]
