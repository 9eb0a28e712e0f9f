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

it("follows progress", () => {
  expect(hashing).toEqual({ phase: "hashes", done: 5, total: 10, unit: "bytes", detail: "a.safetensors" });
});

it("keeps the hashing while a refresh ends", () => {
  expect(reduceProgress(hashing, { type: "changed", reason: "refreshed" })).toBe(hashing);
  expect(reduceProgress(hashing, { type: "changed", reason: "edited" })).toBe(hashing);
});

it.each([
  [hashing, { type: "changed", reason: "hashed" }],
  [reduceProgress(null, { ...frame, phase: "files" }), { type: "changed", reason: "refreshed" }],
  [hashing, { type: "snapshot" }],
])("ends when that ends which was under way", (before, ending) => {
  expect(reduceProgress(before, ending)).toBeNull();
});

it("ignores what it does not know", () => {
  expect(reduceProgress(hashing, { type: "pong" })).toBe(hashing);
  expect(reduceProgress(hashing, { ...frame, phase: "dreams" })).toBe(hashing);
  expect(reduceProgress(hashing, { ...frame, done: "many" })).toBe(hashing);
});
