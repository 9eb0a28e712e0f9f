import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { resumeRefusedSockets, SocketClient } from "./client";

class FakeSocket {
  static opened: FakeSocket[] = [];
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  readyState = 1;
  readonly url: string;
  readonly sent: string[] = [];
  closedWith: number | undefined;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onopen: (() => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;

  constructor(url: URL) {
    this.url = url.href;
    FakeSocket.opened.push(this);
  }

  send(data: string) {
    this.sent.push(data);
  }

  close(code: number) {
    this.closedWith = code;
    this.readyState = 3;
  }

  receives(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

function lastSocket(): FakeSocket {
  const socket = FakeSocket.opened.at(-1);
  if (socket === undefined) throw new Error("no socket was opened");
  return socket;
}

describe("SocketClient", () => {
  const onFrame = vi.fn();
  const onGap = vi.fn();
  let client: SocketClient;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    FakeSocket.opened = [];
    onFrame.mockReset();
    onGap.mockReset();
    client = new SocketClient({ path: "/ws/jobs?previews=1", onFrame, onGap });
  });

  afterEach(() => {
    client.close();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("opens one connection for all users, on this origin", () => {
    client.retain();
    client.retain();
    expect(FakeSocket.opened).toHaveLength(1);
    expect(lastSocket().url).toBe("ws://localhost:3000/ws/jobs?previews=1");
  });

  it("closes after the last release, but not during navigation between pages", () => {
    const release = client.retain();
    lastSocket().receives({ type: "snapshot" });
    release();
    const releaseAgain = client.retain();
    vi.advanceTimersByTime(5_000);
    expect(lastSocket().closedWith).toBeUndefined();
    releaseAgain();
    releaseAgain();
    vi.advanceTimersByTime(5_000);
    expect(lastSocket().closedWith).toBe(1000);
    expect(client.liveness()).toBe("off");
  });

  it("notifies listeners when it goes live, polls and recovers", () => {
    const seen: string[] = [];
    client.subscribe(() => seen.push(client.liveness()));
    client.retain();
    lastSocket().receives({ type: "snapshot" });
    lastSocket().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(1_000);
    lastSocket().receives({ type: "snapshot" });
    expect(seen).toEqual(["connecting", "live", "polling", "live"]);
    expect(onGap).toHaveBeenCalledOnce();
    expect(onFrame).toHaveBeenCalledTimes(2);
  });

  it("ignores messages that are not frames", () => {
    client.retain();
    lastSocket().receives({ type: "snapshot" });
    for (const data of ["{", "null", "[]", '"x"', '{"type": 1}', new Blob()])
      lastSocket().onmessage?.({ data });
    expect(onFrame).toHaveBeenCalledOnce();
    expect(client.liveness()).toBe("live");
  });

  it("connects again after a login, and only if the session had ended", () => {
    client.retain();
    lastSocket().receives({ type: "snapshot" });
    resumeRefusedSockets();
    expect(FakeSocket.opened).toHaveLength(1);
    lastSocket().onclose?.({ code: 4401 });
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.opened).toHaveLength(1);
    expect(client.liveness()).toBe("off");
    resumeRefusedSockets();
    lastSocket().receives({ type: "snapshot" });
    expect(FakeSocket.opened).toHaveLength(2);
    expect(client.liveness()).toBe("live");
    expect(onGap).toHaveBeenCalledOnce();
  });

  it("waits for a connection to open before it closes it", () => {
    const release = client.retain();
    lastSocket().readyState = FakeSocket.CONNECTING;
    release();
    vi.advanceTimersByTime(5_000);
    expect(lastSocket().closedWith).toBeUndefined();
    lastSocket().onopen?.();
    expect(lastSocket().closedWith).toBe(1000);
  });

  it("pings and drops a connection that stays silent", () => {
    client.retain();
    lastSocket().receives({ type: "snapshot" });
    expect(lastSocket().sent).toEqual(['{"type":"ping"}']);
    vi.advanceTimersByTime(10_000);
    expect(client.liveness()).toBe("polling");
  });
});
