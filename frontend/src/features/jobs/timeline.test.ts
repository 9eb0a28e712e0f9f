import { describe, expect, it } from "vitest";
import type { JobEvent } from "@/api/types";
import { entriesOf } from "./timeline";

const event = (changes: Partial<JobEvent>): JobEvent => ({
  id: 1,
  attempt: 0,
  kind: "queued",
  detail: {},
  at: "2026-01-01T00:00:00Z",
  ...changes,
});

describe("entriesOf", () => {
  it("tells a job's life with reasons and the time between", () => {
    const entries = entriesOf([
      event({}),
      event({ id: 2, kind: "started", attempt: 1, detail: { backend: "attic", resumed: false } }),
      event({
        id: null,
        attempt: 1,
        kind: "executing",
        detail: { backend: "attic" },
        at: "2026-01-01T00:00:01Z",
      }),
      event({
        id: 3,
        attempt: 1,
        detail: { fault: "execution", message: "the node raised", delay_seconds: 5 },
        at: "2026-01-01T00:00:04Z",
      }),
      event({ id: 4, attempt: 2, kind: "started", detail: { backend: "attic", resumed: true } }),
      event({ id: 5, attempt: 2, detail: { reason: "its worker was stopped" } }),
      event({ id: 6, attempt: 3, kind: "failed", detail: { code: "timeout", message: "too slow" } }),
    ]);
    expect(entries.map(({ title, reason }) => [title, reason])).toEqual([
      ["Submitted", null],
      ["Attempt 1 starts on attic", null],
      ["ComfyUI begins", null],
      ["Attempt 1 failed, tried again in 5.0 s", "the node raised"],
      ["Attempt 2 takes over what runs on attic", null],
      ["Back in the queue", "its worker was stopped"],
      ["Failed", "too slow"],
    ]);
    expect(entries.map((entry) => entry.after)).toEqual([null, 0, 1, 3, 0, 0, 0]);
  });

  it("shows a kind it does not know", () => {
    expect(entriesOf([event({ kind: "paused" })])[0]).toMatchObject({ title: "paused", tone: "neutral" });
  });
});
