"""Intervals and limits of this package; tests use values of milliseconds."""

import msgspec


class Timeouts(msgspec.Struct, frozen=True):
    """Limits of one HTTP exchange, in seconds."""

    connect_seconds: float = 3.0
    # ComfyUI's server shares the GIL with its worker: it may not answer for seconds while loading a
    # checkpoint.
    read_seconds: float = 15.0
    # ComfyUI validates the graph before it answers the POST.
    submit_seconds: float = 30.0


class ListenerSettings(msgspec.Struct, frozen=True):
    """Behaviour of the websocket connection; seconds, bytes and frames."""

    connect_seconds: float = 5.0
    # ComfyUI sends no pings; ours detect a peer that disappeared without a FIN.
    heartbeat_seconds: float = 20.0
    close_seconds: float = 2.0
    backoff_first_seconds: float = 0.1
    backoff_limit_seconds: float = 5.0
    # ComfyUI sends `status` to every socket after a POST; a socket that receives none is deaf.
    deaf_seconds: float = 5.0
    queued_frames: int = 64
    # SaveImageWebsocket sends large PNGs at full size.
    message_limit_bytes: int = 64 * 1024 * 1024


class WatchSettings(msgspec.Struct, frozen=True):
    """When a watch polls over HTTP instead of waiting for frames; all in seconds."""

    silence_seconds: float = 10.0
    # A prompt that was accepted and has not started after this time probably waits in the queue.
    first_check_seconds: float = 0.3
    poll_seconds: float = 2.0
    lost_confirm_seconds: float = 3.0
    # Time after `execution_success` until the history is read without `executing null`.
    settle_seconds: float = 1.0


class ConnectionSettings(msgspec.Struct, frozen=True):
    """Connection settings of one backend; durations in seconds."""

    timeouts: Timeouts = Timeouts()
    listener: ListenerSettings = ListenerSettings()
    watch: WatchSettings = WatchSettings()
    health_seconds: float = 5.0
    recheck_seconds: float = 1.0
    failures_until_down: int = 2
    stuck_seconds: float = 60.0
    models_seconds: float = 60.0
    object_info_seconds: float = 600.0
    # Time that a submission waits for the websocket before it continues without live events.
    submit_connect_seconds: float = 2.0


DEFAULT_TIMEOUTS = Timeouts()
DEFAULT_LISTENER_SETTINGS = ListenerSettings()
DEFAULT_CONNECTION_SETTINGS = ConnectionSettings()
