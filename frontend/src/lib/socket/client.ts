/** Runs the socket machine against a real WebSocket, timers and the page's own events. */

import {
  type Frame,
  initialState,
  type SocketEffect,
  type SocketEvent,
  type SocketState,
  type TimerName,
  transition,
} from "./state-machine";

export interface SocketOptions {
  /** Path on this origin, such as `/ws/jobs`. */
  readonly path: string;
  readonly onFrame: (frame: Frame) => void;
  /** Frames may have been missed: read again what they would have told. */
  readonly onGap: () => void;
  readonly onRefused?: (refusal: "unauthenticated" | "not-visible") => void;
}

/** How up to date the page is: by the socket, by polling, or still finding out. */
export type Liveness = "off" | "connecting" | "live" | "polling";

/** Leaving a page for another that needs the same socket must not reconnect it. */
const LINGER_MS = 1_500;

export class SocketClient {
  private state: SocketState = initialState;
  private socket: WebSocket | null = null;
  private users = 0;
  private lingering: ReturnType<typeof setTimeout> | undefined;
  private readonly timers = new Map<TimerName, ReturnType<typeof setTimeout>>();
  private readonly listeners = new Set<() => void>();
  private readonly options: SocketOptions;

  constructor(options: SocketOptions) {
    this.options = options;
  }

  /** Keep the connection open until the returned function is called; the last one to leave closes it. */
  readonly retain = (): (() => void) => {
    clearTimeout(this.lingering);
    this.users += 1;
    if (this.users === 1) this.begin();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.users -= 1;
      if (this.users === 0) this.lingering = setTimeout(() => this.close(), LINGER_MS);
    };
  };

  /** Close at once, whoever still uses it: the person logged out. */
  readonly close = (): void => {
    clearTimeout(this.lingering);
    window.removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    this.dispatch({ type: "stop" });
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly liveness = (): Liveness => {
    const { phase, failures } = this.state;
    if (phase === "off" || phase === "live") return phase;
    return phase === "connecting" && failures === 0 ? "connecting" : "polling";
  };

  private begin(): void {
    window.addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.dispatch({ type: "start" });
  }

  private readonly wake = (): void => {
    if (document.visibilityState === "visible") this.dispatch({ type: "wake" });
  };

  private dispatch(event: SocketEvent): void {
    const before = this.liveness();
    const step = transition(this.state, event, Math.random());
    this.state = step.state;
    for (const effect of step.effects) this.perform(effect);
    if (this.liveness() !== before) for (const listener of this.listeners) listener();
  }

  private perform(effect: SocketEffect): void {
    switch (effect.type) {
      case "open":
        this.open(effect.epoch);
        break;
      case "close":
        this.drop();
        break;
      case "ping":
        this.send({ type: "ping" });
        break;
      case "schedule":
        this.schedule(effect.name, effect.ms);
        break;
      case "unschedule":
        clearTimeout(this.timers.get(effect.name));
        break;
      case "deliver":
        this.options.onFrame(effect.frame);
        break;
      case "refetch":
        this.options.onGap();
        break;
      case "refused":
        this.options.onRefused?.(effect.refusal);
        break;
    }
  }

  private open(epoch: number): void {
    const url = new URL(this.options.path, window.location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.onmessage = (message) => {
      const frame = parseFrame(message.data);
      if (frame !== null) this.dispatch({ type: "received", epoch, frame });
    };
    socket.onclose = (close) => this.dispatch({ type: "closed", epoch, code: close.code });
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    // Closing one that is still opening makes the browser complain; let it open first.
    if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close(1000);
    else socket?.close(1000);
  }

  private send(frame: Frame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private schedule(name: TimerName, ms: number): void {
    clearTimeout(this.timers.get(name));
    const { epoch } = this.state;
    this.timers.set(
      name,
      setTimeout(() => this.dispatch({ type: "timer", epoch, name }), ms),
    );
  }
}

/** Return the frame, or null for what is none: a newer server may send what we do not know. */
function parseFrame(data: unknown): Frame | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    return isFrame(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isFrame(value: unknown): value is Frame {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
