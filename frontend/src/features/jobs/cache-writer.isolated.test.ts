import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Job } from "@/api/types";
import { makeBatch, makeJob } from "@/testing/builders";
import { applyPreview, createJobCacheWriter } from "./cache-writer";
import type { Feed } from "./feed";
import { liveRunsOf } from "./live-runs";
import { jobKeys } from "./queries";

const running = makeJob({ id: 1, status: "running", attempt: 1, seq: 10 });
const base = {
  type: "job",
  job_id: 1,
  job_status: "running",
  attempt: 1,
  seq: 10,
  timestamp: "2026-01-01T00:00:10Z",
};

describe("createJobCacheWriter", () => {
  let client: QueryClient;
  const onEnded = vi.fn();
  const feed = () => client.getQueryData<Feed>(jobKeys.feed);
  const jobs = () => feed()?.batches.flatMap((batch) => batch.jobs) ?? [];
  const setFeed = (...known: Job[]) =>
    client.setQueryData<Feed>(jobKeys.feed, {
      batches: known.map((job) => makeBatch(job.batch_id, [job])),
      cursor: null,
    });
  const live = () => liveRunsOf(client).get(1);

  beforeEach(() => {
    vi.useFakeTimers();
    client = new QueryClient();
    onEnded.mockReset();
  });
  afterEach(() => {
    client.clear();
    vi.useRealTimers();
  });

  const open = () => createJobCacheWriter(client, onEnded);

  it("updates the feed from a snapshot and keeps newer versions", () => {
    setFeed(makeJob({ id: 9 }), makeJob({ id: 1, attempt: 1, seq: 12, status: "completed" }));
    open().receive({
      type: "snapshot",
      jobs: [running, makeJob({ id: 9, status: "running", attempt: 1, seq: 13 })],
      missing: [],
    });
    expect(jobs().map((job) => [job.id, job.status])).toEqual([
      [9, "running"],
      [1, "completed"],
    ]);
  });

  it("refetches when a snapshot has an open job and the feed is not loaded yet", async () => {
    const invalidate = vi.spyOn(client, "invalidateQueries");
    open().receive({ type: "snapshot", jobs: [running], missing: [] });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(invalidate).toHaveBeenCalledOnce();
  });

  it("shows the image of a job as soon as its frame arrives, without a request", () => {
    const invalidate = vi.spyOn(client, "invalidateQueries");
    setFeed(running);
    client.setQueryData(jobKeys.list({}), { pages: [{ items: [running] }], pageParams: [null] });
    const end = { ...base, status: "completed", job_status: "completed", seq: 11, content_id: 4 };
    open().receive(end);
    expect(jobs()).toMatchObject([{ status: "completed", content_id: 4 }]);
    expect(client.getQueryData(jobKeys.list({}))).toMatchObject({
      pages: [{ items: [{ status: "completed", content_id: 4 }] }],
    });
    expect(invalidate).not.toHaveBeenCalled();
  });

  it("refetches at least every two seconds while frames keep coming", async () => {
    const invalidate = vi.spyOn(client, "invalidateQueries").mockResolvedValue();
    const writer = open();
    for (let id = 100; id < 350; id += 1) {
      writer.receive({ ...base, job_id: id, status: "queued", job_status: "queued" });
      await vi.advanceTimersByTimeAsync(100);
    }
    // 25 seconds of frames, each less than 0.4 s after the one before.
    expect(invalidate.mock.calls.length).toBeGreaterThanOrEqual(11);
  });

  it("shows at once that a prompt waits in ComfyUI's queue, until it has progress", () => {
    setFeed(running);
    client.setQueryData(jobKeys.detail(1), running);
    const writer = open();
    const waiting_reason = "waits in the queue of ComfyUI server attic";
    writer.receive({ ...base, status: "processing", waiting_reason });
    expect(jobs()).toMatchObject([{ status: "running", waiting_reason, progress: null }]);
    expect(client.getQueryData(jobKeys.detail(1))).toMatchObject({ waiting_reason });
    expect(live()).toBeUndefined();
    writer.receive({ ...base, status: "processing", progress: 0, node: null });
    expect(live()).toMatchObject({ progress: 0 });
  });

  it("follows a job that no query has", () => {
    const writer = open();
    writer.receive({ ...base, status: "processing", progress: 20 });
    expect(live()?.progress).toBe(20);
    const end = { ...base, status: "completed", job_status: "completed", seq: 11, content_id: 4 };
    writer.receive(end);
    writer.receive(end);
    writer.receive({ ...base, status: "processing", progress: 30 });
    expect(onEnded).toHaveBeenCalledOnce();
    expect(live()).toBeUndefined();
  });

  it("keeps progress out of the feed and never decreases it", () => {
    setFeed(running);
    const before = feed();
    const writer = open();
    writer.receive({ ...base, status: "processing", progress: 40, node: "KSampler" });
    writer.receive({ ...base, status: "processing", progress: 30 });
    expect(feed()).toBe(before);
    expect(live()).toEqual({
      attempt: 1,
      progress: 40,
      node: "KSampler",
      step: null,
      steps: null,
      preview: null,
    });
  });

  it("resets progress with a new attempt", () => {
    setFeed(running);
    const writer = open();
    writer.receive({ ...base, status: "processing", progress: 90 });
    writer.receive({ ...base, status: "queued", job_status: "queued", seq: 11 });
    expect(live()).toBeUndefined();
    writer.receive({ ...base, status: "started", attempt: 2, seq: 12 });
    writer.receive({ ...base, status: "processing", attempt: 2, seq: 12, progress: 5 });
    expect(live()?.progress).toBe(5);
  });

  it("reports the end once and drops live progress", () => {
    setFeed(running);
    const writer = open();
    const completed = { ...base, status: "completed", job_status: "completed", seq: 11, content_id: 4 };
    writer.receive({ ...base, status: "processing", progress: 90 });
    writer.receive(completed);
    writer.receive(completed);
    writer.receive({ ...base, status: "processing", progress: 95 });
    expect(onEnded).toHaveBeenCalledExactlyOnceWith({ status: "completed", content_id: 4 });
    expect(live()).toBeUndefined();
  });

  it("reports the end of a job that is not in the feed", () => {
    const writer = open();
    writer.receive({ ...base, job_id: 5, status: "started" });
    writer.receive({
      ...base,
      job_id: 5,
      status: "completed",
      job_status: "completed",
      seq: 11,
      content_id: 7,
    });
    expect(onEnded).toHaveBeenCalledExactlyOnceWith({ status: "completed", content_id: 7 });
  });

  it("refetches once when unknown jobs appear", async () => {
    const invalidate = vi.spyOn(client, "invalidateQueries");
    const writer = open();
    for (let id = 20; id < 36; id += 1)
      writer.receive({ ...base, job_id: id, status: "queued", job_status: "queued" });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(invalidate).toHaveBeenCalledOnce();
  });

  it("ignores unknown and malformed frames", () => {
    setFeed(running);
    const writer = open();
    for (const frame of [
      { type: "error" },
      { type: "job" },
      { type: "job", job_id: "1" },
      { type: "snapshot" },
    ]) {
      writer.receive(frame);
    }
    expect(jobs()).toMatchObject([{ id: 1, status: "running", seq: 10 }]);
  });

  it("shows previews of running jobs only", () => {
    setFeed(running, makeJob({ id: 2, status: "completed" }));
    applyPreview(client, { type: "preview", job_id: 1, mime: "image/jpeg", data: "AAAA" });
    applyPreview(client, { type: "preview", job_id: 2, mime: "image/jpeg", data: "AAAA" });
    expect(live()?.preview).toBe("data:image/jpeg;base64,AAAA");
    expect(liveRunsOf(client).get(2)).toBeUndefined();
  });
});
