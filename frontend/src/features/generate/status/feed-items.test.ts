import { expect, it } from "vitest";
import type { Job } from "@/api/types";
import type { Submission } from "@/features/jobs";
import { done, makeJob } from "@/testing/builders";
import { itemsOf } from "./feed-items";

let id = 0;
const submission = (batchId: string, ...jobs: Partial<Job>[]): Submission => {
  const made = jobs.map((job) => makeJob({ batch_id: batchId, ...job, id: job.id ?? ++id }));
  return { batchId, jobs: made as unknown as Submission["jobs"] };
};
const failed = (message: string, changes: Partial<Job> = {}): Partial<Job> => ({
  status: "failed",
  error_code: "execution_failed",
  error_message: message,
  ...changes,
});
const nothing = () => false;

it("lists running submissions, then the next in the queue, then later ones", () => {
  const { open } = itemsOf(
    [
      submission("later", { queue_position: 9 }),
      submission("unknown", {}),
      submission("next", { queue_position: 3 }, { queue_position: 2 }),
      submission("running", done(1), { status: "running" }),
    ],
    nothing,
  );
  expect(open.map((one) => one.batchId)).toEqual(["running", "next", "later", "unknown"]);
});

it("says a reason once for all submissions that have no image", () => {
  const { ended } = itemsOf(
    [
      submission("a", failed("boom", { id: 101 })),
      submission("b", done(5), failed("boom")),
      submission("c", failed("boom", { id: 103 }), { status: "cancelled" }),
      submission("d", failed("other", { id: 104 })),
    ],
    nothing,
  );
  expect(ended.map((item) => (item.kind === "failure" ? item.jobs.map((job) => job.id) : item.key))).toEqual([
    [101, 103],
    "b",
    [104],
  ]);
});

it("leaves out what was dismissed, and keeps submissions with images", () => {
  const { ended } = itemsOf(
    [submission("a", failed("boom", { id: 201 })), submission("b", done(5))],
    (jobId) => jobId === 201,
  );
  expect(ended.map((item) => item.key)).toEqual(["b"]);
});
