import { describe, expect, it } from "vitest";
import type { Job } from "@/api/types";
import { makeJob } from "@/testing/builders";
import {
  currentOf,
  describeFinished,
  describeOpen,
  openSubmissions,
  progressOf,
  type Submission,
  visibleSubmissions,
} from "./submissions";

function batch(...jobs: Partial<Job>[]): Submission {
  const ids = jobs.map((_job, index) => index + 1);
  const made = jobs.map((job, index) =>
    makeJob({ id: index + 1, batch_id: "b", batch_job_ids: ids, batch_size: ids.length, ...job }),
  );
  return { batchId: "b", jobs: made as unknown as Submission["jobs"] };
}

describe("visibleSubmissions", () => {
  it("puts the running submission first, then the newest", () => {
    const jobs = [
      makeJob({ id: 5, queue_position: 2 }),
      makeJob({ id: 4, queue_position: 1 }),
      makeJob({ id: 3, status: "running" }),
      makeJob({ id: 2, status: "completed" }),
      makeJob({ id: 1, status: "failed" }),
    ];
    expect(visibleSubmissions(jobs, 1).map((one) => one.jobs[0].id)).toEqual([3, 5, 4, 2]);
    expect(openSubmissions(jobs).map((one) => one.jobs[0].id)).toEqual([3, 4, 5]);
  });

  it("swaps a finished submission with the next one, and moves no other", () => {
    const queueAfter = (done: number) =>
      [5, 4, 3, 2, 1].map((id) =>
        makeJob({ id, status: id <= done ? "completed" : "queued", queue_position: id }),
      );
    const shown = [0, 1, 2, 3, 4].map((done) =>
      visibleSubmissions(queueAfter(done), 6).map((one) => one.jobs[0].id),
    );
    expect(shown).toEqual([
      [1, 5, 4, 3, 2],
      [2, 5, 4, 3, 1],
      [3, 5, 4, 2, 1],
      [4, 5, 3, 2, 1],
      [5, 4, 3, 2, 1],
    ]);
  });

  it("keeps a batch together while some of its jobs have finished", () => {
    const { jobs } = batch({ status: "completed" }, { status: "running" }, {});
    expect(visibleSubmissions(jobs.toReversed(), 6)).toEqual([{ batchId: "b", jobs }]);
  });
});

it("counts finished and running jobs in the progress of a batch", () => {
  const some = batch({ status: "completed" }, { status: "running" }, { status: "failed" }, {});
  const runs = some.jobs.map((job) => ({ ...job, progress: 40 }));
  expect(progressOf(some, runs)).toBe(60);
  expect(describeOpen(some, runs)).toBe("2 of 4 done · 1 running");
  expect(currentOf(some).id).toBe(2);
});

it("describes the run of a single job", () => {
  const one = batch({ status: "running", backend: "attic" });
  const run = { progress: 26, node: "KSampler", step: 5, steps: 20 };
  expect(describeOpen(one, [run])).toBe("26 % · KSampler, step 5 of 20 · attic");
  expect(progressOf(one, [{ ...run, progress: null }])).toBeNull();
});

it("says why a batch waits before its first job runs", () => {
  const waiting = batch({ waiting_reason: "no server has its models" }, {});
  expect(describeOpen(waiting, waiting.jobs)).toBe("No server has its models");
});

it.each([
  [
    batch({ status: "completed" }, { status: "failed" }, { status: "cancelled" }),
    "1 of 3 done, 1 failed, 1 cancelled",
  ],
  [batch({ status: "cancelled" }), "Cancelled"],
  [batch({ status: "failed" }), "Failed"],
  [
    batch({ status: "completed", started_at: "2026-01-01T00:00:00Z", completed_at: "2026-01-01T00:00:04Z" }),
    "Done in 4.0 s",
  ],
])("describes the outcome of a finished submission", (finished, label) => {
  expect(describeFinished(finished)).toBe(label);
});
