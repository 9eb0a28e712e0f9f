import { describe, expect, it } from "vitest";
import { formatAgo, formatBytes, formatEstimate, formatSeconds, modelTitle, secondsBetween } from "./format";

const now = Date.parse("2026-01-02T12:00:00Z");

describe("format", () => {
  it.each([
    ["2026-01-02T11:59:45Z", "just now"],
    ["2026-01-02T11:57:00Z", "3 minutes ago"],
    ["2026-01-01T12:00:00Z", "yesterday"],
    ["2025-12-12T12:00:00Z", "3 weeks ago"],
    ["2026-01-02T14:00:00Z", "in 2 hours"],
  ])("formats %s relative to now", (iso, words) => {
    expect(formatAgo(iso, now)).toBe(words);
  });

  it.each([
    [0.84, "0.8 s"],
    [42.3, "42 s"],
    [185, "3 min 5 s"],
    [7_800, "2 h 10 min"],
  ])("formats a duration of %d seconds", (seconds, words) => {
    expect(formatSeconds(seconds)).toBe(words);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_500, "1.5 KB"],
    [6_938_000_000, "6.9 GB"],
    [123_456_789, "123 MB"],
  ])("formats a size of %d bytes", (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  it("returns no duration before the end, and never a negative one", () => {
    expect(secondsBetween("2026-01-02T12:00:00Z", null)).toBeNull();
    expect(secondsBetween("2026-01-02T12:00:01Z", "2026-01-02T12:00:00Z")).toBe(0);
  });

  it("formats file names of models as titles", () => {
    expect(modelTitle("sd/realistic_vision-5.1.safetensors")).toBe("realistic vision-5.1");
  });
});

it.each([
  [1, "5 s"],
  [12, "10 s"],
  [57, "55 s"],
  [58, "1 min"],
  [150, "3 min"],
  [7_000, "2 h"],
])("estimates %d seconds as %s", (seconds, text) => {
  expect(formatEstimate(seconds)).toBe(text);
});
