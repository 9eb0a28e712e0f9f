import { expect, it } from "vitest";
import { reduceProgress } from "./model-progress";

const frame = {
  type: "progress",
  phase: "hashes",
  done: 5,
  total: 10,
  unit: "bytes",
  detail: "a.safetensors",
};
const hashing = reduceProgress(null, frame);

it("stores progress", () => {
  expect(hashing).toEqual({ phase: "hashes", done: 5, total: 10, unit: "bytes", detail: "a.safetensors" });
});

it("keeps the progress of hashing when a refresh ends", () => {
  expect(reduceProgress(hashing, { type: "changed", reason: "refreshed" })).toBe(hashing);
  expect(reduceProgress(hashing, { type: "changed", reason: "edited" })).toBe(hashing);
});

it.each([
  [hashing, { type: "changed", reason: "hashed" }],
  [reduceProgress(null, { ...frame, phase: "files" }), { type: "changed", reason: "refreshed" }],
  [hashing, { type: "snapshot" }],
])("clears the progress when its work ends: %j, %j", (before, ending) => {
  expect(reduceProgress(before, ending)).toBeNull();
});

it("ignores unknown and malformed frames", () => {
  expect(reduceProgress(hashing, { type: "pong" })).toBe(hashing);
  expect(reduceProgress(hashing, { ...frame, phase: "unknown" })).toBe(hashing);
  expect(reduceProgress(hashing, { ...frame, done: "many" })).toBe(hashing);
});
