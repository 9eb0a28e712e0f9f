import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SocketClient } from "./client";

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

  says(frame: object) {
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

  it("opens one connection for all who need it, on this origin", () => {
    client.retain();
    client.retain();
    expect(FakeSocket.opened).toHaveLength(1);
    expect(lastSocket().url).toBe("ws://localhost:3000/ws/jobs?previews=1");
  });

  it("closes when the last user has left, but not on the way from page to page", () => {
    const leave = client.retain();
    lastSocket().says({ type: "snapshot" });
    leave();
    const leaveAgain = client.retain();
    vi.advanceTimersByTime(5_000);
    expect(lastSocket().closedWith).toBeUndefined();
    leaveAgain();
    leaveAgain();
    vi.advanceTimersByTime(5_000);
    expect(lastSocket().closedWith).toBe(1000);
    expect(client.liveness()).toBe("off");
  });

  it("tells its listeners when it goes live, polls and recovers", () => {
    const seen: string[] = [];
    client.subscribe(() => seen.push(client.liveness()));
    client.retain();
    lastSocket().says({ type: "snapshot" });
    lastSocket().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(1_000);
    lastSocket().says({ type: "snapshot" });
    expect(seen).toEqual(["connecting", "live", "polling", "live"]);
    expect(onGap).toHaveBeenCalledOnce();
    expect(onFrame).toHaveBeenCalledTimes(2);
  });

  it("survives what is no frame", () => {
    client.retain();
    lastSocket().says({ type: "snapshot" });
    for (const data of ["{", "null", "[]", '"x"', '{"type": 1}', new Blob()])
      lastSocket().onmessage?.({ data });
    expect(onFrame).toHaveBeenCalledOnce();
    expect(client.liveness()).toBe("live");
  });

  it("lets a connection open before it closes it", () => {
    const leave = client.retain();
    lastSocket().readyState = FakeSocket.CONNECTING;
    leave();
    vi.advanceTimersByTime(5_000);
    expect(lastSocket().closedWith).toBeUndefined();
    lastSocket().onopen?.();
    expect(lastSocket().closedWith).toBe(1000);
  });

  it("pings and drops a connection that stays silent", () => {
    client.retain();
    lastSocket().says({ type: "snapshot" });
    expect(lastSocket().sent).toEqual(['{"type":"ping"}']);
    vi.advanceTimersByTime(10_000);
    expect(client.liveness()).toBe("polling");
  });
});
