import { describe, expect, it } from "vitest";
import { makeJob } from "@/testing/builders";
import { describeRun } from "./run-labels";

const nothing = { progress: null, node: null, step: null, steps: null };

describe("describeRun", () => {
  it("counts the steps of the node", () => {
    const job = makeJob({ status: "running", backend: "attic" });
    const run = { progress: 42, node: "KSamplerAdvanced", step: 8, steps: 20 };
    expect(describeRun(job, run)).toBe("42 % · KSampler Advanced, step 8 of 20 · attic");
  });

  it("names a node that does not count, and begins without any", () => {
    const job = makeJob({ status: "running" });
    expect(describeRun(job, { ...nothing, progress: 97, node: "VAEDecode" })).toBe("97 % · VAEDecode");
    expect(describeRun(job, nothing)).toBe("Starting");
  });

  it("says why a job waits, or its place in the line", () => {
    expect(describeRun(makeJob({ queue_position: 1 }), nothing)).toBe("Next in the queue");
    expect(describeRun(makeJob({ queue_position: 4 }), nothing)).toBe("Number 4 in the queue");
    expect(describeRun(makeJob({ waiting_reason: "no server answers" }), nothing)).toBe("no server answers");
  });
});
