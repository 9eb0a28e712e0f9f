import { expect, it } from "vitest";
import type { Job } from "@/api/types";
import { makeJob } from "@/testing/builders";
import {
  currentOf,
  describeFinished,
  describeOpen,
  openSubmissions,
  progressOf,
  type Submission,
  statusOf,
} from "./submissions";

function batch(...jobs: Partial<Job>[]): Submission {
  const ids = jobs.map((_job, index) => index + 1);
  const made = jobs.map((job, index) =>
    makeJob({ id: index + 1, batch_id: "b", batch_job_ids: ids, batch_size: ids.length, ...job }),
  );
  return { batchId: "b", jobs: made as unknown as Submission["jobs"] };
}

it("sorts open submissions: running, next up, later", () => {
  const one = (id: number, changes: Partial<Job>): Submission => ({
    batchId: `batch-${id}`,
    jobs: [makeJob({ id, ...changes })],
  });
  const submissions = [
    one(5, { queue_position: 2 }),
    one(4, { queue_position: 1 }),
    one(3, { status: "running" }),
    one(2, { status: "completed" }),
  ];
  expect(openSubmissions(submissions).map(({ jobs }) => jobs[0].id)).toEqual([3, 4, 5]);
});

it("counts completed and running jobs in the progress of a batch", () => {
  const some = batch({ status: "completed" }, { status: "running" }, { status: "failed" }, {});
  const runs = some.jobs.map((job) => ({ ...job, progress: 40 }));
  expect(progressOf(some, runs)).toBe(35);
  expect(describeOpen(some, runs)).toBe("1 of 4 done, 1 failed · 1 running");
  expect(currentOf(some).id).toBe(2);
});

it("counts the same while a batch is cancelled as afterwards", () => {
  const at = "2026-01-01T00:00:00Z";
  const three = [1, 2, 3].map(() => ({ status: "completed" as const }));
  const waiting = [1, 2, 3].map(() => ({ status: "cancelled" as const }));
  const stopping = [1, 2].map(() => ({ status: "running" as const, cancel_requested_at: at }));
  const during = batch(...three, ...stopping, ...waiting);
  expect(describeOpen(during, during.jobs)).toBe("3 of 8 done, 3 cancelled · 2 stopping");
  expect(progressOf(during, during.jobs)).toBe(37.5);
  const after = batch(...three, ...waiting, ...waiting.slice(1));
  expect(describeFinished(after)).toBe("3 of 8 done, 5 cancelled");
  expect(statusOf(after)).toBe("cancelled");
});

it("names the next of the waiting jobs, whatever its index", () => {
  const waiting = batch({ queue_position: 9 }, { queue_position: 4 });
  expect(describeOpen(waiting, waiting.jobs)).toBe("4th in queue");
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
