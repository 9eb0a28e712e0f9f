import { describe, expect, it } from "vitest";
import type { JobEvent } from "@/api/types";
import { entriesOf } from "./timeline";

const event = (changes: Partial<JobEvent>): JobEvent => ({
  id: 1,
  attempt: 0,
  kind: "queued",
  detail: {},
  at: "2026-01-01T00:00:00Z",
  attempt_details: null,
  ...changes,
});

describe("entriesOf", () => {
  it("describes each event with its reason and the time since the previous one", () => {
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
      event({ id: 5, attempt: 2, detail: { reason: "the worker was stopped" } }),
      event({ id: 6, attempt: 3, kind: "failed", detail: { code: "timeout", message: "too slow" } }),
    ]);
    expect(entries.map(({ title, reason }) => [title, reason])).toEqual([
      ["Submitted", null],
      ["Attempt 1 started on attic", null],
      ["ComfyUI started", null],
      ["Attempt 1 failed, retrying in 5.0 s", "the node raised"],
      ["Attempt 2 resumed the running prompt on attic", null],
      ["Back in queue", "the worker was stopped"],
      ["Failed", "too slow"],
    ]);
    expect(entries.map((entry) => entry.after)).toEqual([null, 0, 1, 3, 0, 0, 0]);
  });

  it("describes the attempt to administrators", () => {
    const attempt_details: JobEvent["attempt_details"] = {
      worker_id: "9d0e4a52-0f0c-4b8e-8f3e-1d2c3b4a5f60",
      backend: "attic",
      comfyui_prompt_id: "p1",
      comfyui_version: "0.3.64",
      is_resumed: false,
      claimed_at: "2026-01-01T00:00:00Z",
      posted_at: null,
      executing_at: null,
      ended_at: null,
      verdict: "handed_back",
      detail: "the worker was stopped",
      graph: null,
    };
    const entries = entriesOf([event({}), event({ kind: "started", attempt: 1, attempt_details })]);
    expect(entries.map((entry) => entry.attempt)).toEqual([
      null,
      "ComfyUI 0.3.64 · handed back · the worker was stopped · prompt p1",
    ]);
  });

  it("shows an unknown kind as it is", () => {
    expect(entriesOf([event({ kind: "paused" })])[0]).toMatchObject({ title: "paused", tone: "neutral" });
  });
});
