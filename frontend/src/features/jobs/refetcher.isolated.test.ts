import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createRefetcher } from "./refetcher";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("joins the requests of a burst", async () => {
  const refetch = vi.fn(async () => undefined);
  const { request } = createRefetcher(refetch);
  for (let count = 0; count < 16; count += 1) request();
  await vi.advanceTimersByTimeAsync(399);
  expect(refetch).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(refetch).toHaveBeenCalledOnce();
});

it("refetches every two seconds while requests keep coming", async () => {
  const refetch = vi.fn(async () => undefined);
  const { request } = createRefetcher(refetch);
  for (let passed = 0; passed < 20_000; passed += 100) {
    request();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(refetch.mock.calls.length).toBeGreaterThanOrEqual(9);
});

it("does not start a refetch during another one, and makes up for it afterwards", async () => {
  const finish: (() => void)[] = [];
  const refetch = vi.fn(() => new Promise<void>((resolve) => finish.push(resolve)));
  const { request } = createRefetcher(refetch);
  request();
  await vi.advanceTimersByTimeAsync(2_000);
  request();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(refetch).toHaveBeenCalledOnce();
  finish[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(refetch).toHaveBeenCalledTimes(2);
});

it("stops when it is disposed of", async () => {
  const refetch = vi.fn(async () => undefined);
  const { request, dispose } = createRefetcher(refetch);
  request();
  dispose();
  request();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(refetch).not.toHaveBeenCalled();
});
