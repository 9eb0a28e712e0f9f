import { afterEach, expect, it, vi } from "vitest";
import { ApiError } from "./problem";
import { createQueryClient } from "./query-client";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Return how often a request is sent that never reaches the server. */
async function attempts(): Promise<number> {
  vi.useFakeTimers();
  const request = vi.fn(() => Promise.reject(new ApiError("no response", {})));
  const result = createQueryClient().fetchQuery({ queryKey: ["page"], queryFn: request });
  const failed = expect(result).rejects.toThrow();
  await vi.runAllTimersAsync();
  await failed;
  return request.mock.calls.length;
}

it("does not repeat a request while the browser is offline", async () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  expect(await attempts()).toBe(1);
});

it("repeats a request that did not reach the server", async () => {
  expect(await attempts()).toBe(4);
});
