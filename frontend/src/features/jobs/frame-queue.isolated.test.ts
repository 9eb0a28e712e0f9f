import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Frame } from "@/lib/socket";
import { createFrameQueue } from "./frame-queue";

beforeEach(() =>
  vi.useFakeTimers({
    toFake: ["requestAnimationFrame", "cancelAnimationFrame", "setTimeout", "clearTimeout"],
  }),
);
afterEach(() => {
  vi.useRealTimers();
});

const progress = (job_id: number, percent: number): Frame => ({
  type: "job",
  job_id,
  status: "processing",
  job_status: "running",
  attempt: 1,
  seq: 4,
  timestamp: "2026-01-01T00:00:00Z",
  progress: percent,
});
const end = (job_id: number): Frame => ({
  ...progress(job_id, 0),
  status: "completed",
  job_status: "completed",
  seq: 5,
});

it("applies the frames of many jobs once per animation frame", () => {
  const apply = vi.fn();
  const queue = createFrameQueue(apply);
  for (let percent = 0; percent < 10; percent += 1)
    for (let id = 1; id <= 56; id += 1) queue.push(progress(id, percent));
  expect(apply).not.toHaveBeenCalled();
  vi.advanceTimersByTime(17);
  expect(apply).toHaveBeenCalledOnce();
  const [frames] = apply.mock.calls[0] as [Frame[]];
  // Of the progress of a job only the newest counts.
  expect(frames).toHaveLength(56);
  expect(new Set(frames.map((frame) => frame.progress))).toEqual(new Set([9]));
  vi.advanceTimersByTime(1_000);
  expect(apply).toHaveBeenCalledOnce();
});

it("leaves out no change of a state and keeps the order", () => {
  const apply = vi.fn();
  const queue = createFrameQueue(apply);
  queue.push(progress(1, 50));
  queue.push(end(1));
  queue.push(end(2));
  vi.advanceTimersByTime(17);
  expect((apply.mock.calls[0] as [Frame[]])[0].map((frame) => [frame.job_id, frame.status])).toEqual([
    [1, "processing"],
    [1, "completed"],
    [2, "completed"],
  ]);
});

it("applies frames while the page is hidden, when there are no animation frames", () => {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  vi.stubGlobal("requestAnimationFrame", () => 0);
  const apply = vi.fn();
  createFrameQueue(apply).push(end(1));
  vi.advanceTimersByTime(300);
  expect(apply).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});

it("applies nothing after it was disposed", () => {
  const apply = vi.fn();
  const queue = createFrameQueue(apply);
  queue.push(end(1));
  queue.dispose();
  vi.advanceTimersByTime(1_000);
  expect(apply).not.toHaveBeenCalled();
});
