import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createTaps } from "./taps";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function counted() {
  const [onTap, onDoubleTap] = [vi.fn(), vi.fn()];
  const counts = () => [onTap.mock.calls.length, onDoubleTap.mock.calls.length];
  return { ...createTaps(onTap, onDoubleTap), counts };
}

it("counts a tap once no second one can follow", () => {
  const { tap, counts } = counted();
  tap({ x: 0, y: 0 });
  expect(counts()).toEqual([0, 0]);
  vi.advanceTimersByTime(400);
  expect(counts()).toEqual([1, 0]);
});

it("takes two taps at one place as a double tap, and none of them as a tap", () => {
  const { tap, counts } = counted();
  tap({ x: 0, y: 0 });
  vi.advanceTimersByTime(100);
  tap({ x: 8, y: 4 });
  vi.advanceTimersByTime(400);
  expect(counts()).toEqual([0, 1]);
});

it("forgets a tap when a second finger is put down", () => {
  const { tap, cancel, counts } = counted();
  tap({ x: 0, y: 0 });
  cancel();
  vi.advanceTimersByTime(400);
  expect(counts()).toEqual([0, 0]);
});
