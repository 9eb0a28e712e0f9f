import { expect, it } from "vitest";
import { isPreviewFrame } from "./frames";

it.each([
  ["image/jpeg", "AAAA", true],
  ["image/svg+xml", "AAAA", false],
  ["text/html", "AAAA", false],
  ["image/png", 'AA"><script>', false],
])("accepts a preview of type %s with data %s: %s", (mime, data, isValid) => {
  expect(isPreviewFrame({ type: "preview", job_id: 1, mime, data })).toBe(isValid);
});
