import { describe, expect, it } from "vitest";
import { makeJob } from "@/testing/builders";
import { describeRun, queuePosition } from "./run-labels";

const nothing = { progress: null, node: null, step: null, steps: null };

describe("describeRun", () => {
  it("shows the step of the node", () => {
    const job = makeJob({ status: "running", backend: "attic" });
    const run = { progress: 42, node: "KSamplerAdvanced", step: 8, steps: 20 };
    expect(describeRun(job, run)).toBe("42 % · KSampler Advanced, step 8 of 20 · attic");
  });

  it("names a node without steps, and starts without one", () => {
    const job = makeJob({ status: "running" });
    expect(describeRun(job, { ...nothing, progress: 97, node: "VAEDecode" })).toBe("97 % · VAEDecode");
    expect(describeRun(job, nothing)).toBe("Starting");
  });

  it("shows a job in ComfyUI's queue as waiting until it has progress", () => {
    const reason = "waits in the queue of ComfyUI server attic";
    const job = makeJob({ status: "running", backend: "attic", waiting_reason: reason });
    expect(describeRun(job, nothing)).toBe("Waits in the queue of ComfyUI server attic");
    expect(describeRun(job, { ...nothing, progress: 0 })).toBe("0 % · attic");
  });

  it("says why a job waits, or its queue position", () => {
    expect(describeRun(makeJob({ queue_position: 1 }), nothing)).toBe("Next in queue");
    expect(describeRun(makeJob({ queue_position: 4 }), nothing)).toBe("4th in queue");
    expect(describeRun(makeJob({ queue_position: 3, estimated_wait_seconds: 118 }), nothing)).toBe(
      "3rd in queue, about 2 min",
    );
    expect(describeRun(makeJob({ queue_position: 1, estimated_wait_seconds: 9 }), nothing)).toBe(
      "Next in queue, about 10 s",
    );
    expect(describeRun(makeJob({ waiting_reason: "no server answers" }), nothing)).toBe("No server answers");
  });
});

it.each([
  [2, "2nd in queue"],
  [11, "11th in queue"],
  [23, "23rd in queue"],
  [101, "101st in queue"],
])("writes position %i as an ordinal", (position, label) => {
  expect(queuePosition(makeJob({ queue_position: position }))).toBe(label);
});
