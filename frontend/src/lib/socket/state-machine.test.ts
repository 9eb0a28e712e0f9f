import { describe, expect, it } from "vitest";
import {
  CLOSE,
  initialState,
  retryDelayMs,
  type SocketEffect,
  type SocketEvent,
  type SocketState,
  TIMING,
  transition,
} from "./state-machine";

const snapshot = { type: "snapshot", jobs: [] };

/** Apply events in order; return the last state and all effects. */
function run(events: readonly SocketEvent[], from: SocketState = initialState) {
  let state = from;
  const effects: SocketEffect[] = [];
  for (const event of events) {
    const step = transition(state, event, 0.5);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const start: SocketEvent = { type: "start" };
const received = (epoch: number, frame: { type: string }): SocketEvent => ({
  type: "received",
  epoch,
  frame,
});
const closed = (epoch: number, code = 1006): SocketEvent => ({ type: "closed", epoch, code });
const live = run([start, received(1, snapshot)]).state;

describe("connecting", () => {
  it("opens once and waits for the snapshot", () => {
    const { state, effects } = run([start, start]);
    expect(state.phase).toBe("connecting");
    expect(effects.filter((effect) => effect.type === "open")).toEqual([{ type: "open", epoch: 1 }]);
    expect(effects).toContainEqual({ type: "schedule", name: "handshake", ms: TIMING.handshakeMs });
  });

  it("is live with the snapshot, delivers it and refetches nothing", () => {
    const { state, effects } = run([start, received(1, snapshot)]);
    expect(state.phase).toBe("live");
    expect(effects).toContainEqual({ type: "deliver", frame: snapshot });
    expect(effects).not.toContainEqual({ type: "refetch" });
  });

  it("ignores other frames before the snapshot", () => {
    const { state, effects } = run([start, received(1, { type: "job" })]);
    expect(state.phase).toBe("connecting");
    expect(effects.some((effect) => effect.type === "deliver")).toBe(false);
  });

  it("gives up on a handshake that takes too long", () => {
    const { state, effects } = run([start, { type: "timer", epoch: 1, name: "handshake" }]);
    expect(state).toMatchObject({ phase: "waiting", failures: 1 });
    expect(effects).toContainEqual({ type: "close" });
  });
});

describe("losing the connection", () => {
  it("waits, reconnects with a new epoch and refetches", () => {
    const { state, effects } = run(
      [closed(1), { type: "timer", epoch: 1, name: "retry" }, received(2, snapshot)],
      live,
    );
    expect(state).toMatchObject({ phase: "live", epoch: 2, hasGap: false });
    expect(effects).toContainEqual({ type: "refetch" });
  });

  it("backs off further with every failure", () => {
    const first = run([closed(1)], live);
    const second = run([{ type: "timer", epoch: 1, name: "retry" }, closed(2)], first.state);
    const delays = [first, second].map((step) =>
      step.effects.find((effect) => effect.type === "schedule" && effect.name === "retry"),
    );
    expect(delays[0]).toMatchObject({ ms: 375 });
    expect(second.effects).toContainEqual({ type: "schedule", name: "retry", ms: 750 });
  });

  it("reconnects after falling behind", () => {
    expect(run([closed(1, CLOSE.fellBehind)], live).state.phase).toBe("waiting");
  });

  it("keeps backing off when a connection dies right after its snapshot", () => {
    const { state } = run(
      [closed(1), { type: "timer", epoch: 1, name: "retry" }, received(2, snapshot), closed(2)],
      live,
    );
    expect(state.failures).toBe(2);
  });

  it("resets the failures once a ping was answered", () => {
    const { state } = run(
      [
        closed(1),
        { type: "timer", epoch: 1, name: "retry" },
        received(2, snapshot),
        received(2, { type: "pong" }),
      ],
      live,
    );
    expect(state.failures).toBe(0);
  });

  it("reconnects at once when the network comes back", () => {
    const { state, effects } = run([closed(1), { type: "wake" }], live);
    expect(state.phase).toBe("connecting");
    expect(effects).toContainEqual({ type: "unschedule", name: "retry" });
  });

  it("never waits longer than the cap, nor less than half of the ceiling", () => {
    expect(retryDelayMs(50, 1)).toBe(TIMING.retryCapMs);
    expect(retryDelayMs(50, 0)).toBe(TIMING.retryCapMs / 2);
    expect(retryDelayMs(0, 0)).toBe(TIMING.retryBaseMs / 2);
  });
});

describe("being refused", () => {
  it.each([
    [CLOSE.unauthenticated, "unauthenticated"],
    [CLOSE.notVisible, "not-visible"],
  ] as const)("does not retry after %i", (code, refusal) => {
    const { state, effects } = run([closed(1, code)], live);
    expect(state).toMatchObject({ phase: "refused", refusal });
    expect(effects).toContainEqual({ type: "refused", refusal });
    expect(effects.some((effect) => effect.type === "schedule")).toBe(false);
  });

  it("connects again after a new login", () => {
    const { state } = run([closed(1, CLOSE.unauthenticated), start], live);
    expect(state).toMatchObject({ phase: "connecting", epoch: 2, refusal: null });
  });
});

describe("heartbeat", () => {
  it("pings after a silence and drops a connection that does not answer", () => {
    const pinged = run([{ type: "timer", epoch: 1, name: "heartbeat" }], live);
    expect(pinged.effects).toContainEqual({ type: "ping" });
    expect(pinged.effects).toContainEqual({ type: "schedule", name: "pong", ms: TIMING.pongMs });
    expect(run([{ type: "timer", epoch: 1, name: "pong" }], pinged.state).state.phase).toBe("waiting");
  });

  it("restarts the heartbeat with every frame", () => {
    const { effects } = run([received(1, { type: "job" })], live);
    expect(effects).toContainEqual({ type: "unschedule", name: "pong" });
    expect(effects).toContainEqual({ type: "schedule", name: "heartbeat", ms: TIMING.heartbeatMs });
  });

  it("pings a live connection after the machine was suspended", () => {
    expect(run([{ type: "wake" }], live).effects).toContainEqual({ type: "ping" });
  });
});

describe("stale subscriptions", () => {
  const stopped = run([{ type: "stop" }], live);

  it("closes and resets on stop", () => {
    expect(stopped.state).toMatchObject({ phase: "off", failures: 0 });
    expect(stopped.effects).toContainEqual({ type: "close" });
  });

  it.each<[string, SocketEvent]>([
    ["a frame", received(1, { type: "job" })],
    ["a close", closed(1)],
    ["a timer", { type: "timer", epoch: 1, name: "retry" }],
  ])("ignores %s of an earlier connection", (_name, event) => {
    const again = run([start], stopped.state);
    const after = run([event], again.state);
    expect(after.state).toEqual(again.state);
    expect(after.effects).toEqual([]);
  });

  it("does nothing when stopped twice", () => {
    expect(run([{ type: "stop" }], stopped.state).effects).toEqual([]);
  });
});
