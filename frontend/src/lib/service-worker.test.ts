import { readFileSync } from "node:fs";
import { beforeEach, expect, it, vi } from "vitest";

/** public/sw.js in a world of its own. */
function loadWorker({ isOnline = true, visible = false } = {}) {
  const stored = new Map<string, Response>();
  const cache = {
    match: async (key: string) => stored.get(new URL(key, "https://app.test").pathname),
    put: async (key: string, response: Response) =>
      void stored.set(new URL(key, "https://app.test").pathname, response),
    addAll: async (paths: string[]) => {
      for (const path of paths) stored.set(path, new Response(`kept ${path}`));
    },
  };
  const listeners: Record<string, (event: object) => void> = {};
  const showNotification = vi.fn(async () => undefined);
  const page = { visibilityState: visible ? "visible" : "hidden", postMessage: vi.fn(), focus: vi.fn() };
  const self = {
    location: { origin: "https://app.test" },
    addEventListener: (name: string, listener: (event: object) => void) => {
      listeners[name] = listener;
    },
    clients: { matchAll: async () => [page], claim: async () => undefined, openWindow: vi.fn() },
    registration: { showNotification },
  };
  const fetched: string[] = [];
  const fetchFromServer = async (request: { url: string }) => {
    if (!isOnline) throw new TypeError("offline");
    fetched.push(new URL(request.url).pathname);
    return new Response("from the server");
  };
  const source = readFileSync("public/sw.js", "utf8");
  const run = new Function("self", "caches", "fetch", source);
  run(self, { open: async () => cache, keys: async () => [], delete: async () => true }, fetchFromServer);
  const send = async (name: string, event: object) => {
    const pending: Promise<unknown>[] = [];
    listeners[name]?.({ ...event, waitUntil: (one: Promise<unknown>) => pending.push(one) });
    await Promise.all(pending);
  };
  const request = async (path: string, mode = "cors", method = "GET"): Promise<string | null> => {
    let answer: Promise<Response> | null = null;
    listeners.fetch?.({
      request: { url: `https://app.test${path}`, mode, method },
      respondWith: (one: Promise<Response>) => {
        answer = one;
      },
    });
    return answer === null ? null : (await (answer as Promise<Response>)).clone().text();
  };
  return { send, request, fetched, page, showNotification };
}

beforeEach(() => vi.restoreAllMocks());

it("never answers requests to the API", async () => {
  const worker = loadWorker();
  await worker.send("install", {});
  for (const path of ["/api/v1/auth/me", "/ws/jobs", "/health/live", "/metrics"])
    expect(await worker.request(path, "navigate")).toBeNull();
  expect(await worker.request("/generate", "navigate", "POST")).toBeNull();
});

it("starts the app from the kept page without a connection", async () => {
  const worker = loadWorker({ isOnline: false });
  await worker.send("install", {});
  expect(await worker.request("/gallery?search=fox", "navigate")).toBe("kept /");
  expect(await worker.request("/boot.js", "no-cors")).toBe("kept /boot.js");
});

it("asks the server for pages, and once for each file with a hash", async () => {
  const worker = loadWorker();
  await worker.send("install", {});
  expect(await worker.request("/gallery", "navigate")).toBe("from the server");
  await worker.request("/assets/a-1.js");
  await worker.request("/assets/a-1.js");
  expect(worker.fetched).toEqual(["/gallery", "/assets/a-1.js"]);
});

it("shows a push message unless a page is visible, and opens its path at a click", async () => {
  const push = { data: { json: () => ({ title: "Ready", message: "fox", path: "/view/7", tag: "b" }) } };
  const seen = loadWorker({ visible: true });
  await seen.send("push", push);
  expect(seen.showNotification).not.toHaveBeenCalled();
  const worker = loadWorker();
  await worker.send("push", push);
  const shown = { body: "fox", tag: "b", data: { path: "/view/7" } };
  expect(worker.showNotification).toHaveBeenCalledWith("Ready", expect.objectContaining(shown));
  await worker.send("notificationclick", { notification: { close: () => undefined, data: shown.data } });
  expect(worker.page.postMessage).toHaveBeenCalledWith({ open: "/view/7" });
});
