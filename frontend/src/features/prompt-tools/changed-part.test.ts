import { expect, it } from "vitest";
import { changedPart } from "./changed-part";

it.each([
  ["a red fox", "a (red:1.1) fox"],
  ["a (red:1.1) fox", "a red fox"],
  ["aa", "aaa"],
  ["aaa", "a"],
  ["", "fox"],
  ["fox", "fox"],
])("replaces the least part of %j to get %j", (before, after) => {
  const { start, end, text } = changedPart(before, after);
  expect(before.slice(0, start) + text + before.slice(end)).toBe(after);
  expect(end - start + text.length).toBeLessThanOrEqual(before.length + after.length);
});
