"""Scripted faults: what goes wrong, how often, and for which prompts."""

import re
from enum import StrEnum

import msgspec


class FaultKind(StrEnum):
    """Kinds of faults; the comments state when they take effect."""

    REFUSE = "refuse"  # POST /prompt: 400 with node_errors
    SERVER_ERROR = "server_error"  # POST /prompt: `status` (500), the prompt is not queued
    SERVER_ERROR_TAKEN = (
        "server_error_taken"  # POST /prompt: `status` (500), but the prompt is queued
    )
    ANSWER_LOST = "answer_lost"  # POST /prompt: queued, then the connection is aborted
    NODE_ERROR = "node_error"  # the sampler (or `node`) raises `exception_type`: `message`
    OUT_OF_MEMORY = "oom"  # the sampler (or `node`) raises torch.OutOfMemoryError
    SILENCE = (
        "silence"  # the run stalls in its first step, for `seconds` or until the faults are cleared
    )
    STUCK = "stuck"  # stays in the queue for `seconds`, or until the faults are cleared
    SLOW = "slow"  # the sampler takes `seconds` longer
    DROP_SOCKET = "drop_socket"  # the client's sockets are aborted in the first step
    DEAF_SOCKET = "deaf_socket"  # from the first step on the client's sockets receive no frames
    INTERRUPTED = "interrupted"  # another client interrupts the run in its first step
    RESTART = "restart"  # the server restarts in the first step, down for `seconds`
    NO_OUTPUT = "no_output"  # the run succeeds with empty outputs
    LOSE_HISTORY = "lose_history"  # neither a success frame nor a history entry
    LATE_HISTORY = (
        # `executing null` (and the history) `seconds` after the success, or when the faults are cleared
        "late_history"
    )
    TRUNCATED = (
        "truncated"  # GET /view: fewer bytes than Content-Length, then the connection is aborted
    )
    SLOW_VIEW = "slow_view"  # GET /view: answered after `seconds`, or when the faults are cleared
    SHORT_FILE = "short_file"  # GET /view: half of the file, with a matching Content-Length
    NOT_AN_IMAGE = "not_an_image"  # GET /view: text instead of the image
    WRONG_IMAGE = "wrong_image"  # GET /view: a different image of a different size
    VIEW_MISSING = "view_missing"  # GET /view: 404
    SOCKET_REFUSED = "socket_refused"  # the websocket handshake is answered `status` (500)
    DOWN = "down"  # at once: no response for `seconds`, then normal operation


_MARKER = re.compile(r"\[fault:(?P<kind>[a-z_]+)(?:=(?P<seconds>\d+(?:\.\d+)?))?(?P<once> once)?\]")


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One scripted fault.

    Attributes:
        kind: What goes wrong.
        times: How often it takes effect; None means always.
        match: Affects only prompts with this text in one of their inputs, or only websockets whose
            client id contains it; empty affects all.
        seconds: Duration (see FaultKind); None means the default of the kind.
        status: HTTP status, for the kinds that answer with one.
        node: The class (``VAEDecode``) or id of the node that fails; empty means the first sampler,
            or the first node of a graph without one.
        message: Text of the error.
        exception_type: Type of the error.
        struck: How often it has taken effect.
    """

    kind: FaultKind
    times: int | None = 1
    match: str = ""
    seconds: float | None = None
    status: int = 500
    node: str = ""
    message: str = "simulated failure"
    exception_type: str = "RuntimeError"
    triggered: int = 0

    def duration(self, default_seconds: float) -> float:
        """Return the duration of this fault in seconds."""
        return default_seconds if self.seconds is None else self.seconds


class FaultPlan:
    """The planned faults; survives a restart of the simulated server."""

    def __init__(self, *, markers: bool = True) -> None:
        self._markers = markers
        self._once: set[tuple[str, str]] = set()
        self.planned: list[Fault] = []
        self.generation = 0  # number of calls of clear, which ends stuck and silent faults

    def add(
        self,
        kind: FaultKind | str,
        *,
        times: int | None = 1,
        match: str = "",
        seconds: float | None = None,
        status: int = 500,
        node: str = "",
        message: str = "simulated failure",
        exception_type: str = "RuntimeError",
    ) -> Fault:
        """Plan a fault; see Fault for the arguments."""
        fault = Fault(
            kind=FaultKind(kind),
            times=times,
            match=match,
            seconds=seconds,
            status=status,
            node=node,
            message=message,
            exception_type=exception_type,
        )
        self.planned.append(fault)
        return fault

    def clear(self) -> None:
        """Remove all planned faults and end stuck and silent ones."""
        self.planned.clear()
        self._once.clear()
        self.generation += 1

    def trigger(self, kind: FaultKind, text: str, *, node: tuple[str, ...] = ()) -> Fault | None:
        """Return the fault of this kind that applies now, and count it; None if none does.

        Args:
            kind: The kind that is possible at this point.
            text: All texts of the prompt, or the client id of a websocket.
            node: Id and class of the current node, and an empty string if it is the default node;
                only for kinds that affect a node.
        """
        for fault in self.planned:
            if self._matches(fault, kind, text, node):
                fault.triggered += 1
                return fault
        return self._from_marker(kind, text, node)

    @staticmethod
    def _matches(fault: Fault, kind: FaultKind, text: str, node: tuple[str, ...]) -> bool:
        left = fault.times is None or fault.triggered < fault.times
        here = not node or fault.node in node
        return fault.kind is kind and left and here and fault.match in text

    def _from_marker(self, kind: FaultKind, text: str, node: tuple[str, ...]) -> Fault | None:
        if not self._markers or (node and "" not in node):
            return None
        for marker in _MARKER.finditer(text):
            if marker["kind"] != kind:
                continue
            if marker["once"] and (kind.value, text) in self._once:
                continue
            self._once.add((kind.value, text))
            seconds = marker["seconds"]
            return Fault(
                kind=kind, seconds=None if seconds is None else float(seconds), triggered=1
            )
        return None
