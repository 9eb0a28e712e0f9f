import { expect, it } from "vitest";
import { charactersOf, samplingEntries } from "./sampling-entries";

it("shows seeds that numbers of JavaScript cannot hold, and the second pass", () => {
  const hires = { scale: 1.5, upscaler: "4x", steps: 10, denoise: 0.3 };
  expect(
    samplingEntries({ seed: 6952411511246973000, seed_exact: "6952411511246973023", steps: 30, hires }),
  ).toEqual([
    ["Seed", "6952411511246973023"],
    ["Steps", "30"],
    ["Second pass", "1.5×, 4x, 10 steps, denoise 0.3"],
  ]);
  expect(samplingEntries({ hires: "x", seed: null })).toEqual([]);
});

it("returns the prompts of characters", () => {
  expect(charactersOf({ character_prompts: ["a fox", 3] })).toEqual(["a fox"]);
  expect(charactersOf({})).toEqual([]);
});
