import { expect, it } from "vitest";
import { safeReturn } from "./safe-return";

it.each([
  ["/gallery?search=x", "/gallery?search=x"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example", "/"],
  ["javascript:alert(1)", "/"],
  [null, "/"],
])("returns from %s to %s", (next, expected) => {
  expect(safeReturn(next)).toBe(expected);
});
