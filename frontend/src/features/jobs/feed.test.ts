import { describe, expect, it } from "vitest";
import type { Batch } from "@/api/types";
import { done, makeBatch, makeJob } from "@/testing/builders";
import { addPage, addSubmission, type Feed, foldFrame, mergeFeed, removeJob } from "./feed";
import type { JobFrame } from "./frames";

const minute = (number: number) => `2026-01-01T00:${String(number).padStart(2, "0")}:00Z`;
const open = (id: number) => makeBatch(`b${id}`, [{ id, status: "running", attempt: 1, seq: 5 }]);
const ended = (id: number, at = id) => makeBatch(`b${id}`, [{ id, ...done(id, minute(at)) }]);
const feedOf = (batches: readonly Batch[], cursor: string | null = null): Feed => ({ batches, cursor });
const ids = (feed: Feed) => feed.batches.map((batch) => batch.id);
const frame = (changes: Partial<JobFrame>): JobFrame => ({
  type: "job",
  job_id: 1,
  status: "completed",
  job_status: "completed",
  attempt: 1,
  seq: 8,
  timestamp: minute(30),
  content_id: 7,
  ...changes,
});

describe("mergeFeed", () => {
  it("lists open submissions first, then the last to end", () => {
    const feed = mergeFeed({
      before: undefined,
      now: undefined,
      open: [open(4), open(3)],
      ended: [ended(2), ended(1)],
      cursor: "more",
    });
    expect(ids(feed)).toEqual(["b4", "b3", "b2", "b1"]);
    expect(feed.cursor).toBe("more");
  });

  it("does not turn a finished job back into a waiting one", () => {
    const before = feedOf([open(1)]);
    const now = foldFrame(before, frame({}));
    const feed = mergeFeed({ before, now, open: [open(1)], ended: [], cursor: null });
    expect(feed.batches[0]?.jobs[0]).toMatchObject({ status: "completed", content_id: 7 });
    expect(feed.batches[0]?.ended_at).toBe(minute(30));
  });

  it("takes a newer queue position of the same version", () => {
    const at = (queue_position: number) => makeBatch("b1", [{ id: 1, queue_position }]);
    const known = feedOf([at(5)]);
    const feed = mergeFeed({ before: known, now: known, open: [at(2)], ended: [], cursor: null });
    expect(feed.batches[0]?.jobs[0]?.queue_position).toBe(2);
  });

  it("keeps older pages and a submission that was made meanwhile", () => {
    const before = feedOf([ended(3), ended(2), ended(1)], "further");
    const now = addSubmission(before, makeJob({ id: 9, batch_id: "b9" }));
    const feed = mergeFeed({ before, now, open: [], ended: [ended(3)], cursor: "after 3" });
    expect(ids(feed)).toEqual(["b9", "b3", "b2", "b1"]);
    expect(feed.cursor).toBe("further");
  });

  it("drops deleted submissions", () => {
    const before = feedOf([open(5), ended(4), ended(3), ended(2), ended(1)], "further");
    const feed = mergeFeed({ before, now: before, open: [], ended: [ended(4), ended(2)], cursor: "x" });
    expect(ids(feed)).toEqual(["b4", "b2", "b1"]);
  });

  it("begins again when more ended than were read, so that no submission is left out", () => {
    const before = feedOf([ended(2), ended(1)], null);
    const feed = mergeFeed({
      before,
      now: before,
      open: [],
      ended: [ended(9), ended(8)],
      cursor: "after 8",
    });
    expect(ids(feed)).toEqual(["b9", "b8"]);
    expect(feed.cursor).toBe("after 8");
  });
});

it("moves a submission to the ended ones when its last job ends", () => {
  const before = feedOf([
    makeBatch("b2", [{ id: 3, status: "queued" }]),
    makeBatch("b1", [
      { id: 1, status: "running", attempt: 1, seq: 5 },
      { id: 2, ...done(2) },
    ]),
    ended(8),
  ]);
  const after = foldFrame(before, frame({}));
  expect(ids(after)).toEqual(["b2", "b1", "b8"]);
  expect(after.batches[1]).toMatchObject({
    ended_at: minute(30),
    jobs: [{ content_id: 7 }, { content_id: 2 }],
  });
  expect(after.batches[0]).toBe(before.batches[0]);
  expect(foldFrame(after, frame({ seq: 2 }))).toBe(after);
});

it("adds a submission with all of its jobs, once", () => {
  const job = makeJob({ id: 4, batch_id: "b", batch_job_ids: [4, 5, 6], batch_size: 3 });
  const feed = addSubmission(feedOf([]), job);
  expect(feed.batches[0]?.jobs.map(({ id, seed }) => [id, seed])).toEqual([
    [4, 42],
    [5, 43],
    [6, 44],
  ]);
  expect(ids(addSubmission(feed, job))).toEqual(["b"]);
  const started = foldFrame(feed, frame({ job_id: 5, status: "started", job_status: "running", seq: 1 }));
  expect(started.batches[0]?.jobs[1]?.status).toBe("running");
});

it("adds a page and removes a deleted job", () => {
  const page = { items: [ended(2), ended(1)], next_cursor: "c", total: null };
  const feed = addPage(feedOf([ended(3), ended(2)], "b"), page);
  expect(ids(feed)).toEqual(["b3", "b2", "b1"]);
  expect(feed.cursor).toBe("c");
  expect(ids(removeJob(feed, 2))).toEqual(["b3", "b1"]);
});
