import { act, render } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Announcements, JobAnnouncer } from "./job-announcer";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("counts jobs that end together, and announces the same text again", async () => {
  const announcer = new JobAnnouncer();
  const { container } = render(<Announcements announcer={announcer} />);
  const region = container.querySelector("[aria-live=polite]");
  const texts: (string | null | undefined)[] = [];
  const observer = new MutationObserver(() => texts.push(region?.textContent));
  observer.observe(container, { childList: true, characterData: true, subtree: true });
  for (let burst = 0; burst < 2; burst += 1) {
    await act(async () => {
      for (const status of ["completed", "completed", "failed", "cancelled", "completed"] as const)
        announcer.note(status);
    });
    await act(async () => {
      await vi.advanceTimersByTimeAsync(3_000);
    });
  }
  observer.disconnect();
  expect(texts.filter((text) => text !== "")).toEqual(Array(2).fill("3 jobs finished, 1 job failed"));
});
