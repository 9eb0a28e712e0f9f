"""Every interval and limit of this package, so that tests can run in milliseconds."""

import msgspec


class Timeouts(msgspec.Struct, frozen=True):
    """Limits of one HTTP exchange, in seconds."""

    connect_seconds: float = 3.0
    # ComfyUI's server shares the GIL with the worker: loading a checkpoint can silence it for seconds.
    read_seconds: float = 15.0
    # Validation of a large graph happens inside the POST.
    submit_seconds: float = 30.0


class ListenerSettings(msgspec.Struct, frozen=True):
    """Behaviour of the websocket connection; seconds, bytes and frames."""

    connect_seconds: float = 5.0
    # ComfyUI sends no pings of its own; ours find a peer that vanished without a FIN.
    heartbeat_seconds: float = 20.0
    close_seconds: float = 2.0
    backoff_first_seconds: float = 0.1
    backoff_limit_seconds: float = 5.0
    # A POST is followed by `status` to every socket at once; a socket that gets none is deaf.
    deaf_seconds: float = 5.0
    queued_frames: int = 64
    # SaveImageWebsocket sends uncompressed-looking PNGs at full size.
    message_limit_bytes: int = 64 * 1024 * 1024


class WatchSettings(msgspec.Struct, frozen=True):
    """When a watch stops trusting the websocket and asks over HTTP; all in seconds."""

    silence_seconds: float = 10.0
    poll_seconds: float = 2.0
    lost_confirm_seconds: float = 3.0
    # How long `execution_success` may precede the history entry before we ask without `executing null`.
    settle_seconds: float = 1.0


class ConnectionSettings(msgspec.Struct, frozen=True):
    """All settings of one backend; durations in seconds."""

    timeouts: Timeouts = Timeouts()
    listener: ListenerSettings = ListenerSettings()
    watch: WatchSettings = WatchSettings()
    health_seconds: float = 5.0
    recheck_seconds: float = 1.0
    failures_until_down: int = 2
    stuck_seconds: float = 60.0
    models_seconds: float = 60.0
    # A miss re-reads the lists if they are older than this: somebody may just have copied a file.
    models_miss_seconds: float = 5.0
    object_info_seconds: float = 600.0
    # How long a submission waits for the websocket before it goes without live events.
    submit_connect_seconds: float = 2.0


DEFAULT_TIMEOUTS = Timeouts()
DEFAULT_LISTENER_SETTINGS = ListenerSettings()
DEFAULT_CONNECTION_SETTINGS = ConnectionSettings()
