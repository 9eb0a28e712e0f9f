/** Connects the socket state machine to a WebSocket, timers and browser events. */

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
  /** Called after a reconnect: frames may have been missed, so refetch. */
  readonly onGap: () => void;
  readonly onRefused?: (refusal: "unauthenticated" | "not-visible") => void;
}

/** How the page gets its updates: by the socket, by polling, or not known yet. */
export type Liveness = "off" | "connecting" | "live" | "polling";

/** Clients that the server refused because the session had ended. */
const refusedClients = new Set<SocketClient>();

/** Connect again after a login. */
export function resumeRefusedSockets(): void {
  const clients = [...refusedClients];
  refusedClients.clear();
  for (const client of clients) client.resume();
}

/** An unused connection stays open this long, so that navigation between pages does not reconnect. */
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

  /** Keep the connection open until the returned function is called. The last release closes it. */
  readonly retain = (): (() => void) => {
    clearTimeout(this.lingering);
    this.users += 1;
    if (this.users === 1) this.begin();
    let isRetained = true;
    return () => {
      if (!isRetained) return;
      isRetained = false;
      this.users -= 1;
      if (this.users === 0) this.lingering = setTimeout(() => this.close(), LINGER_MS);
    };
  };

  /** Close at once, even if still in use, as after a logout. */
  readonly close = (): void => {
    clearTimeout(this.lingering);
    window.removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    refusedClients.delete(this);
    this.dispatch({ type: "stop" });
  };

  /** Connect again if the server has refused the connection. */
  readonly resume = (): void => {
    if (this.state.phase === "refused") this.dispatch({ type: "start" });
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly liveness = (): Liveness => {
    const { phase, failures } = this.state;
    if (phase === "off" || phase === "live") return phase;
    // Nothing is tried until the user has logged in again.
    if (phase === "refused") return "off";
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
        if (effect.refusal === "unauthenticated") refusedClients.add(this);
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
    // Closing a socket that is still connecting logs an error in the browser, so wait until it is open.
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

/** Return the frame, or null for any other message: a newer server may send unknown ones. */
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
