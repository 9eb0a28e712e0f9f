import { expect, it } from "vitest";
import { makeField } from "@/testing/workflows";
import { runPathOf, runWithNewSeeds } from "./run-request";

const workflow = { id: 7, version: 2, title: "Portrait" };

it("repeats a run with its version and inputs, without its seeds", () => {
  const form = [
    makeField({ key: "prompt" }),
    makeField({ key: "seed", type: "seed" }),
    makeField({ key: "fixed", is_hidden: true }),
  ];
  expect(runWithNewSeeds(workflow, { prompt: "a fox", seed: 3, fixed: 1 }, form)).toEqual({
    workflowId: 7,
    title: "Portrait",
    body: { inputs: { prompt: "a fox" }, version: 2, batch_size: 1 },
  });
});

it("leads to the page at which a run can be changed", () => {
  expect(runPathOf(workflow, 9)).toBe("/workflows/7?version=2&job=9");
});
