import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { throttle } from "./throttle";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("runs at once, and again at most once per interval, however often it is called", () => {
  const run = vi.fn();
  const { call } = throttle(run, 1_000);
  for (let ms = 0; ms < 3_500; ms += 100) {
    call();
    vi.advanceTimersByTime(100);
  }
  expect(run).toHaveBeenCalledTimes(4);
  vi.advanceTimersByTime(10_000);
  expect(run).toHaveBeenCalledTimes(5);
});

it("does not run after it was cancelled", () => {
  const run = vi.fn();
  const { call, cancel } = throttle(run, 1_000);
  call();
  call();
  cancel();
  vi.advanceTimersByTime(10_000);
  expect(run).toHaveBeenCalledOnce();
});
