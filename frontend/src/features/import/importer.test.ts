import { waitFor } from "@testing-library/preact";
import { expect, it, vi } from "vitest";
import { ApiError } from "@/api/problem";
import type { ImportedFile } from "@/api/types";
import { forgetUser } from "@/lib/leave";
import { countsOf, Importer, type ImportRequests, importer as theImporter } from "./importer";

const fileOf = (path: string) => ({ file: new File([path], path.split("/").at(-1) ?? ""), path });
const imported = (name: string, changes: Partial<ImportedFile> = {}): ImportedFile => ({
  name,
  status: "imported",
  content_id: 7,
  program: "comfyui",
  reason: null,
  ...changes,
});

function start(changes: Partial<ImportRequests> = {}) {
  const send = vi.fn(async (_file: Blob, name: string) => [imported(name)]);
  const importer = new Importer({
    hash: async (file) => (file as File).name,
    known: async () => ({}),
    send,
    isUp: async () => false,
    wait: async () => undefined,
    ...changes,
  });
  const ended = () => waitFor(() => expect(importer.get().isRunning).toBe(false));
  const statuses = () => importer.get().entries.map(({ path, status }) => `${path}: ${status}`);
  return { importer, send, ended, statuses };
}

it("does not send what the user has already, and says which item it is", async () => {
  const { importer, send, ended, statuses } = start({
    known: async ([hash = ""]) => (hash === "1.png" ? { [hash]: 3 } : {}),
  });
  importer.add([fileOf("a/1.png"), fileOf("a/2.png")]);
  await ended();
  expect(statuses()).toEqual(["a/1.png: duplicate", "a/2.png: imported"]);
  expect(importer.get().entries[0]?.contentId).toBe(3);
  expect(send).toHaveBeenCalledTimes(1);
});

it("sends everything where the browser cannot hash", async () => {
  const { importer, send, ended } = start({ hash: async () => null, known: () => Promise.reject() });
  importer.add([fileOf("1.png"), fileOf("2.png")]);
  await ended();
  expect(send).toHaveBeenCalledTimes(2);
});

it("counts the files of a zip one by one", async () => {
  const inside = [
    imported("1.png"),
    imported("2.png", { status: "duplicate" }),
    imported("x", { status: "refused" }),
  ];
  const { importer, ended, statuses } = start({ send: async () => inside });
  importer.add([fileOf("all.zip")]);
  await ended();
  expect(statuses()).toEqual(["all.zip: imported"]);
  expect(countsOf(importer.get().entries)).toEqual({ imported: 1, duplicate: 1, refused: 1, waiting: 0 });
});

it("waits and tries again after too many requests, and tries refused files again on request", async () => {
  let left = 2;
  const send = vi.fn(async (_file: Blob, name: string) => {
    if (left-- > 0) throw new ApiError("slow down", { status: 429 });
    if (name === "bad.png" && left === -1) throw new ApiError("not an image", { status: 422 });
    return [imported(name)];
  });
  const { importer, ended, statuses } = start({ send });
  importer.add([fileOf("bad.png")]);
  await ended();
  expect(statuses()).toEqual(["bad.png: refused"]);
  expect(importer.get().entries[0]?.reason).toBe("not an image");
  importer.retry();
  await ended();
  expect(statuses()).toEqual(["bad.png: imported"]);
});

it("waits for a server that cannot be reached, for every request, and says so", async () => {
  const failures = [
    new ApiError("no response", { status: 0 }),
    new ApiError("The database does not answer.", { status: 503 }),
  ];
  const reasons: (string | null)[] = [];
  const fail = () => {
    const failure = failures.shift();
    if (failure) throw failure;
  };
  const started = start({
    known: async () => {
      fail();
      return {};
    },
    send: async (_file: Blob, name: string) => {
      if (failures.length === 0 && reasons.length === 2) failures.push(new ApiError("", { status: 502 }));
      fail();
      return [imported(name)];
    },
    wait: async () => void reasons.push(started.importer.get().entries[0]?.reason ?? null),
  });
  started.importer.add([fileOf("1.png")]);
  await started.ended();
  expect(reasons.slice(0, 2)).toEqual([
    "The server cannot be reached. Retrying…",
    "The database does not answer.",
  ]);
  expect(reasons).toHaveLength(3);
  expect(started.statuses()).toEqual(["1.png: imported"]);
  expect(started.importer.get().entries[0]?.reason).toBeNull();
});

it("stops while it waits for the server, and asks before the tab is closed", async () => {
  const known = () => Promise.reject(new ApiError("no response", { status: 0 }));
  const { importer, ended, statuses } = start({ known, wait: () => new Promise(() => undefined) });
  const asks = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  expect(asks()).toBe(false);
  importer.add([fileOf("1.png")]);
  await waitFor(() => expect(importer.get().entries[0]?.reason).toMatch(/cannot be reached/));
  expect(asks()).toBe(true);
  importer.stop();
  await ended();
  expect(statuses()).toEqual(["1.png: waiting"]);
  expect(importer.get().entries[0]?.reason).toBeNull();
  expect(asks()).toBe(false);
});

it("forgets the files of a user who logs out", async () => {
  theImporter.add([fileOf("private.png")]);
  expect(theImporter.get().entries).toHaveLength(1);
  forgetUser();
  expect(theImporter.get().entries).toEqual([]);
  await waitFor(() => expect(theImporter.get().isRunning).toBe(false));
});

it("stops, and continues with the files that wait", async () => {
  const release: (() => void)[] = [];
  const send = (_file: Blob, name: string, signal: AbortSignal) =>
    new Promise<readonly ImportedFile[]>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      release.push(() => resolve([imported(name)]));
    });
  const { importer, ended, statuses } = start({ send });
  importer.add(["1.png", "2.png", "3.png", "4.png"].map(fileOf));
  await waitFor(() => expect(release).toHaveLength(3));
  importer.stop();
  await ended();
  expect(new Set(statuses().map((text) => text.split(": ")[1]))).toEqual(new Set(["waiting"]));
  importer.start();
  await waitFor(() => expect(release).toHaveLength(6));
  for (const go of release) go();
  await waitFor(() => expect(release).toHaveLength(7));
  release[6]?.();
  await ended();
  expect(countsOf(importer.get().entries)).toEqual({ imported: 4, duplicate: 0, refused: 0, waiting: 0 });
});

it("refuses a file whose upload breaks off although the server answers", async () => {
  const { importer, ended } = start({
    send: () => Promise.reject(new ApiError("The server cannot be reached.", { status: 0 })),
    isUp: async () => true,
  });
  importer.add([fileOf("changed.png")]);
  await ended();
  expect(importer.get().entries[0]).toMatchObject({
    status: "refused",
    reason: expect.stringContaining("It changed since it was chosen"),
  });
});

it("refuses a file that can no longer be read", async () => {
  const { importer, ended } = start({
    hash: () => Promise.reject(new DOMException("no", "NotReadableError")),
  });
  importer.add([fileOf("moved.png")]);
  await ended();
  expect(importer.get().entries[0]?.reason).toContain("It was moved or changed");
});

it("sends files that are added while it stops", async () => {
  const isBusy = vi.fn(() => true);
  const { importer, ended, statuses } = start({
    send: async (_file, name) => {
      if (isBusy()) throw new ApiError("slow down", { status: 429 });
      return [imported(name)];
    },
    wait: () => new Promise(() => undefined),
  });
  importer.add(["1.png", "2.png", "3.png"].map(fileOf));
  await waitFor(() => expect(isBusy).toHaveBeenCalledTimes(3));
  isBusy.mockReturnValue(false);
  importer.stop();
  importer.add([fileOf("4.png")]);
  await ended();
  expect(statuses()).toEqual([1, 2, 3, 4].map((number) => `${number}.png: imported`));
});
