"""Why a workflow file cannot be converted."""

from dataclasses import dataclass


class ConversionError(Exception):
    """A workflow file cannot be converted; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A node that cannot be converted."""

    node_id: str
    """Its id in the graph, for example ``12`` or ``110:31``."""
    class_type: str
    message: str


class UnknownClassesError(ConversionError):
    """The file needs node classes that the server does not know."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        classes = sorted({problem.class_type for problem in problems})
        super().__init__(
            "The ComfyUI server does not know these node classes: "
            + ", ".join(repr(name) for name in classes)
            + ". Install the custom nodes that define them, or remove the nodes."
        )
