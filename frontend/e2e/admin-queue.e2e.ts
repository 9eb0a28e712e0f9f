import type { Page } from "playwright-core";
import { afterEach, expect, it } from "vitest";
import { BASE_URL, withBrowser } from "./browser";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

const setPaused = (isPaused: boolean) =>
  fetch(`${BASE_URL}/api/v1/queue/${isPaused ? "pause" : "resume"}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
  });

// A failed journey must not leave the queue paused for the others.
afterEach(async () => void (await setPaused(false)));

const record = (page: Page, words: string) => page.getByRole("listitem").filter({ hasText: words });

async function submit(page: Page, text: string, fields: object = {}): Promise<string> {
  const prompt = `${text} ${Math.random().toString(36).slice(2, 8)}`;
  const answer = await page.request.post("/api/v1/generation-jobs", { data: { prompt, ...fields } });
  expect(answer.status()).toBe(201);
  return prompt;
}

it("moves a submission to the top and cancels another with all its jobs", async () => {
  await setPaused(true);
  const { page } = await browser.open("/admin");
  const first = await submit(page, "an old oak", { batch_size: 3 });
  const second = await submit(page, "a young birch");
  const user = (await (await page.request.get("/api/v1/auth/me")).json()) as { username: string };
  await waitForVisible(record(page, second).getByText(user.username));
  await waitForVisible(record(page, first).getByText(/3 jobs/));
  const before = async (upper: string, lower: string) => {
    const boxes = await Promise.all([upper, lower].map((one) => record(page, one).boundingBox()));
    return (boxes[0]?.y ?? 0) < (boxes[1]?.y ?? 0);
  };
  expect(await before(first, second)).toBe(true);
  await record(page, second).getByRole("button", { name: "Move to top" }).click();
  await expect.poll(() => before(second, first)).toBe(true);
  await record(page, first)
    .getByRole("button", { name: /^Show jobs/ })
    .click();
  await expect
    .poll(() =>
      record(page, first)
        .getByRole("button", { name: /^Timeline of job/ })
        .count(),
    )
    .toBe(3);
  for (const prompt of [first, second]) {
    await record(page, prompt).getByRole("button", { name: "Cancel", exact: true }).click();
    await record(page, prompt).waitFor({ state: "hidden" });
  }
  await page.getByRole("button", { name: /^Cancelled/ }).click();
  await waitForVisible(record(page, first).getByText(/0 of 3 done, 3 cancelled/));
});

it("filters the queue by user and by model, in the address", async () => {
  const { page } = await browser.open("/admin?show=done");
  await waitForVisible(page.getByRole("main").getByRole("listitem"));
  await page.getByRole("combobox", { name: "Model" }).selectOption({ index: 1 });
  await page.waitForURL(/model=/);
  await page.getByRole("combobox", { name: "User" }).click();
  await page.getByRole("listbox").getByRole("option").first().click();
  await page.waitForURL(/user=/);
  await page.reload();
  await expect.poll(() => page.getByRole("combobox", { name: "User" }).inputValue()).not.toBe("");
});

it("sends an announcement, which arrives and is listed", async () => {
  const { page } = await browser.open("/admin/announcements");
  const answer = await page.request.put("/api/v1/users/me/preferences", {
    data: { notifications_enabled: true, notification_types: { system: true } },
  });
  expect(answer.ok()).toBe(true);
  const title = `Maintenance ${Math.random().toString(36).slice(2, 8)}`;
  await page.getByRole("textbox", { name: "Title" }).fill(title);
  await page.getByRole("textbox", { name: "Message" }).fill("The servers stop at six.");
  await page.getByRole("button", { name: "Send" }).click();
  await waitForVisible(page.getByText(/^Sent to \d+ users?/));
  await waitForVisible(record(page, title).getByText("The servers stop at six."));
  await page.goto("/notifications");
  await waitForVisible(page.getByText(title));
});

it("says what each user has used, and sorts by it", async () => {
  const { page } = await browser.open("/admin/users");
  const user = (await (await page.request.get("/api/v1/auth/me")).json()) as { username: string };
  const usage = page.getByLabel(`Usage of ${user.username}`);
  await waitForVisible(usage);
  await expect.poll(() => usage.textContent()).toMatch(/Storage\s*[\d.]+ [KM]B/);
  await page.getByRole("combobox", { name: "Sort by" }).selectOption({ label: "Most jobs" });
  await page.waitForURL(/sort=jobs/);
  await waitForVisible(usage);
});
