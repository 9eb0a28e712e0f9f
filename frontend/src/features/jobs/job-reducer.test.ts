import { describe, expect, it } from "vitest";
import type { Job } from "@/api/types";
import { makeJob } from "@/testing/builders";
import type { JobFrame } from "./frames";
import { applyFrame as applyFrameOfSize, hasImage, isNewer } from "./job-reducer";

const frame = (changes: Partial<JobFrame>): JobFrame => ({
  type: "job",
  job_id: 1,
  status: "processing",
  job_status: "running",
  attempt: 1,
  seq: 10,
  timestamp: "2026-01-01T00:00:10Z",
  ...changes,
});

const applyFrame = (job: Job, arrived: JobFrame) => applyFrameOfSize(job, arrived, job);

describe("isNewer", () => {
  const running = makeJob({ status: "running", attempt: 1, seq: 10 });

  it("accepts progress of the current state only", () => {
    expect(isNewer(running, frame({ progress: 50 }))).toBe(true);
    expect(isNewer(running, frame({ seq: 9 }))).toBe(false);
    expect(isNewer(running, frame({ attempt: 0, seq: 99 }))).toBe(false);
  });

  it("rejects progress of a terminal job, whatever its seq", () => {
    expect(isNewer({ ...running, status: "completed" }, frame({ seq: 99 }))).toBe(false);
  });

  it("accepts a state once", () => {
    expect(isNewer(running, frame({ status: "completed", job_status: "completed", seq: 11 }))).toBe(true);
    expect(isNewer(running, frame({ status: "started", seq: 10 }))).toBe(false);
  });

  it("compares attempts before seq", () => {
    expect(isNewer(running, frame({ status: "queued", job_status: "queued", attempt: 2, seq: 1 }))).toBe(
      true,
    );
  });
});

describe("applyFrame", () => {
  it("returns the same job for an old frame", () => {
    const job = makeJob({ status: "completed", seq: 12 });
    expect(applyFrame(job, frame({}))).toBe(job);
  });

  it("clears progress when the job is handed back", () => {
    const running = makeJob({
      status: "running",
      attempt: 1,
      seq: 10,
      progress: 70,
      started_at: "2026-01-01T00:00:01Z",
    });
    const after = applyFrame(running, frame({ status: "queued", job_status: "queued", seq: 11 }));
    expect(after).toMatchObject({ status: "queued", progress: null, started_at: null, seq: 11 });
  });

  it("knows the image before the API has returned it", () => {
    const running = makeJob({ status: "running", attempt: 1, seq: 10 });
    expect(hasImage(running)).toBe(false);
    const done = frame({ status: "completed", job_status: "completed", seq: 11, content_id: 4 });
    expect(hasImage(applyFrame(running, done))).toBe(true);
  });

  it("stores the image and the time of completion", () => {
    const running = makeJob({ status: "running", attempt: 1, seq: 10 });
    const done = applyFrame(
      running,
      frame({ status: "completed", job_status: "completed", seq: 11, content_id: 5 }),
    );
    expect(done).toMatchObject({ status: "completed", content_id: 5, completed_at: "2026-01-01T00:00:10Z" });
  });

  it("stores the error of a failure", () => {
    const running = makeJob({ status: "running", attempt: 1, seq: 10 });
    const failed = applyFrame(
      running,
      frame({
        status: "failed",
        job_status: "failed",
        seq: 11,
        error: "no memory",
        error_code: "out_of_memory",
      }),
    );
    expect(failed).toMatchObject({ error_message: "no memory", error_code: "out_of_memory" });
  });
});
