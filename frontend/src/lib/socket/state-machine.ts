/**
 * The lifecycle of one websocket as a pure state machine: events in, the next state and effects out.
 *
 * Every connection has an `epoch`. Frames, closes and timers of an earlier epoch are stale and ignored.
 */

/** Close codes of our API. */
export const CLOSE = { unauthenticated: 4401, notVisible: 4404, fellBehind: 4008 } as const;

export const TIMING = {
  /** Limit for opening the connection and receiving the first frame. */
  handshakeMs: 10_000,
  /** Proxies cut connections that are silent for a minute. */
  heartbeatMs: 20_000,
  pongMs: 10_000,
  retryBaseMs: 500,
  retryCapMs: 30_000,
} as const;

export type TimerName = "handshake" | "heartbeat" | "pong" | "retry";
type Phase = "off" | "connecting" | "live" | "waiting" | "refused";

export interface SocketState {
  readonly phase: Phase;
  readonly epoch: number;
  /** Consecutive connections that failed before a ping was answered. */
  readonly failures: number;
  /** Frames may have been missed since the last live connection. */
  readonly hasGap: boolean;
  readonly refusal: "unauthenticated" | "not-visible" | null;
}

export type SocketEvent =
  | { readonly type: "start" }
  | { readonly type: "stop" }
  | { readonly type: "wake" }
  | { readonly type: "received"; readonly epoch: number; readonly frame: Frame }
  | { readonly type: "closed"; readonly epoch: number; readonly code: number }
  | { readonly type: "timer"; readonly epoch: number; readonly name: TimerName };

export interface Frame {
  readonly type: string;
  readonly [key: string]: unknown;
}

export type SocketEffect =
  | { readonly type: "open"; readonly epoch: number }
  | { readonly type: "close" }
  | { readonly type: "ping" }
  | { readonly type: "schedule"; readonly name: TimerName; readonly ms: number }
  | { readonly type: "unschedule"; readonly name: TimerName }
  | { readonly type: "deliver"; readonly frame: Frame }
  | { readonly type: "refetch" }
  | { readonly type: "refused"; readonly refusal: "unauthenticated" | "not-visible" };

export interface Step {
  readonly state: SocketState;
  readonly effects: readonly SocketEffect[];
}

export const initialState: SocketState = {
  phase: "off",
  epoch: 0,
  failures: 0,
  hasGap: false,
  refusal: null,
};

/** Return the next state and its effects; `random` is a number in 0..1 for the jitter. */
export function transition(state: SocketState, event: SocketEvent, random: number): Step {
  switch (event.type) {
    case "start":
      return state.phase === "off" || state.phase === "refused" ? connect(state) : unchanged(state);
    case "stop":
      return stop(state);
    case "wake":
      return wake(state);
    case "received":
      return event.epoch === state.epoch ? receive(state, event.frame) : unchanged(state);
    case "closed":
      return event.epoch === state.epoch ? handleClose(state, event.code, random) : unchanged(state);
    case "timer":
      return event.epoch === state.epoch ? handleTimer(state, event.name, random) : unchanged(state);
  }
}

/** Return the delay before the next attempt in milliseconds: exponential, with jitter over its upper half. */
export function retryDelayMs(failures: number, random: number): number {
  const ceiling = Math.min(TIMING.retryCapMs, TIMING.retryBaseMs * 2 ** Math.min(failures, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

function unchanged(state: SocketState): Step {
  return { state, effects: [] };
}

function connect(state: SocketState): Step {
  const epoch = state.epoch + 1;
  return {
    state: { ...state, phase: "connecting", epoch, refusal: null },
    effects: [
      { type: "unschedule", name: "retry" },
      { type: "open", epoch },
      { type: "schedule", name: "handshake", ms: TIMING.handshakeMs },
    ],
  };
}

function stop(state: SocketState): Step {
  if (state.phase === "off") return unchanged(state);
  return {
    state: { ...initialState, epoch: state.epoch + 1 },
    effects: [...cancelAllTimers(), { type: "close" }],
  };
}

/** Act at once, without waiting for a timer: the network is back or the tab became visible. */
function wake(state: SocketState): Step {
  if (state.phase === "waiting") return connect(state);
  if (state.phase === "live") return ping(state);
  return unchanged(state);
}

function ping(state: SocketState): Step {
  return {
    state,
    effects: [
      { type: "ping" },
      { type: "unschedule", name: "heartbeat" },
      { type: "schedule", name: "pong", ms: TIMING.pongMs },
    ],
  };
}

function receive(state: SocketState, frame: Frame): Step {
  if (state.phase === "connecting")
    return frame.type === "snapshot" ? goLive(state, frame) : unchanged(state);
  if (state.phase !== "live") return unchanged(state);
  const alive: SocketEffect[] = [
    { type: "unschedule", name: "pong" },
    { type: "schedule", name: "heartbeat", ms: TIMING.heartbeatMs },
  ];
  // Only an answered ping resets the failures: a connection that repeatedly dies right after its
  // snapshot keeps backing off.
  if (frame.type === "pong") return { state: { ...state, failures: 0 }, effects: alive };
  return { state, effects: [...alive, { type: "deliver", frame }] };
}

function goLive(state: SocketState, snapshot: Frame): Step {
  const effects: SocketEffect[] = [
    { type: "unschedule", name: "handshake" },
    { type: "deliver", frame: snapshot },
    { type: "ping" },
    { type: "schedule", name: "pong", ms: TIMING.pongMs },
  ];
  if (state.hasGap) effects.push({ type: "refetch" });
  return { state: { ...state, phase: "live", hasGap: false }, effects };
}

function handleClose(state: SocketState, code: number, random: number): Step {
  if (state.phase !== "connecting" && state.phase !== "live") return unchanged(state);
  if (code === CLOSE.unauthenticated) return refuse(state, "unauthenticated");
  if (code === CLOSE.notVisible) return refuse(state, "not-visible");
  return retryLater(state, random);
}

function refuse(state: SocketState, refusal: "unauthenticated" | "not-visible"): Step {
  return {
    state: { ...state, phase: "refused", refusal, hasGap: true },
    effects: [...cancelAllTimers(), { type: "refused", refusal }],
  };
}

function retryLater(state: SocketState, random: number): Step {
  return {
    state: { ...state, phase: "waiting", failures: state.failures + 1, hasGap: true },
    effects: [
      ...cancelAllTimers(),
      { type: "close" },
      { type: "schedule", name: "retry", ms: retryDelayMs(state.failures, random) },
    ],
  };
}

function handleTimer(state: SocketState, name: TimerName, random: number): Step {
  if (name === "retry" && state.phase === "waiting") return connect(state);
  if (name === "heartbeat" && state.phase === "live") return ping(state);
  const isDeadline = name === "handshake" || name === "pong";
  if (isDeadline && (state.phase === "connecting" || state.phase === "live"))
    return retryLater(state, random);
  return unchanged(state);
}

function cancelAllTimers(): SocketEffect[] {
  const names: TimerName[] = ["handshake", "heartbeat", "pong", "retry"];
  return names.map((name) => ({ type: "unschedule", name }));
}
