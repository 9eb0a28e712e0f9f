import { act, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { TimeAgo } from "./time-ago";

const START = new Date("2026-01-01T12:00:00Z");

beforeEach(() => vi.useFakeTimers({ now: START }));
afterEach(() => vi.useRealTimers());

it("shares one timer between all rows, and ends it with the last of them", () => {
  const at = new Date(START.getTime() - 60_000).toISOString();
  const { rerender } = render(
    <div>
      <TimeAgo at={at} />
      <TimeAgo at={at} />
      <TimeAgo at={at} />
    </div>,
  );
  expect(vi.getTimerCount()).toBe(1);
  rerender(<TimeAgo at={at} />);
  expect(vi.getTimerCount()).toBe(1);
  rerender(<p />);
  expect(vi.getTimerCount()).toBe(0);
});

it("keeps the text current", () => {
  render(<TimeAgo at={START.toISOString()} />);
  expect(screen.getByText("just now")).toBeInTheDocument();
  act(() => {
    vi.advanceTimersByTime(120_000);
  });
  expect(screen.getByText("2 minutes ago")).toBeInTheDocument();
});
