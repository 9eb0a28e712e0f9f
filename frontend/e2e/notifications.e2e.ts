import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { BASE_URL, jobCard, resultCard, slowPrompt, submitPrompt, withBrowser } from "./browser";
import { holdToast, setSwitch, waitForVisible, waitForWrite } from "./waiting";

const browser = withBrowser();

async function setNotifications(page: Page, isOn: boolean): Promise<void> {
  await page.goto("/settings/notifications");
  const control = page.getByRole("switch", { name: "Notifications", exact: true });
  await waitForVisible(control);
  if ((await control.isChecked()) !== isOn) await waitForWrite(page, () => setSwitch(control, isOn));
}

const bell = (page: Page) => page.getByRole("button", { name: /^Notifications/ });

/** Submit a job through the API, independently of the open page. */
async function submit(page: Page, prompt: string): Promise<void> {
  const made = await page.request.post("/api/v1/generation-jobs", { data: { prompt } });
  expect(made.status()).toBe(201);
}

/** Wait until no job of an earlier journey can finish and cause a notification. */
async function waitForIdleQueue(page: Page): Promise<void> {
  const open = "/api/v1/generation-jobs?status=queued&status=pending&status=running&limit=1";
  const count = async () => ((await (await page.request.get(open)).json()) as { total: number }).total;
  await expect.poll(count, { timeout: 120_000 }).toBe(0);
}

// Slow: the job must finish after the page was left.
it("shows a finished image as a toast, in the bell, on the notifications page and in a second tab", async () => {
  const { page, context } = await browser.open("/");
  await waitForIdleQueue(page);
  await setNotifications(page, true);
  await page.request.put("/api/v1/notifications/read-all");
  const second = await context.newPage();
  await second.goto("/gallery");
  // Browsers throttle background tabs, so actions there take seconds.
  await page.bringToFront();
  await page.goto("/generate");
  const prompt = await submitPrompt(page, slowPrompt("a comet", 20));
  await waitForVisible(jobCard(page, prompt));
  await page.getByRole("link", { name: "Gallery", exact: true }).first().click();
  await page.waitForURL(/\/gallery$/);
  const toast = page.getByRole("alert").filter({ has: page.getByRole("button", { name: "Open" }) });
  await holdToast(page, "Open");
  await waitForVisible(toast.locator("img[src*='/thumbnails/small']"));
  const isDecoded = (image: HTMLImageElement) => image.complete && image.naturalWidth > 0;
  await expect.poll(() => toast.locator("img").first().evaluate(isDecoded)).toBe(true);
  await waitForVisible(page.getByRole("button", { name: "Notifications, 1 unread" }));
  await waitForVisible(second.getByRole("button", { name: "Notifications, 1 unread" }));

  await bell(page).click();
  await page.getByRole("dialog", { name: "Newest notifications" }).getByRole("menuitem").first().click();
  await page.waitForURL(/\/view\/\d+$/);
  await waitForVisible(page.getByRole("button", { name: "Notifications", exact: true }));
  await waitForVisible(second.getByRole("button", { name: "Notifications", exact: true }));

  await page.goto("/notifications");
  const row = page.getByRole("main").getByRole("listitem").first();
  await row.getByRole("button", { name: /^Mark as unread/ }).click();
  await waitForVisible(second.getByRole("button", { name: "Notifications, 1 unread" }));
  await row.getByRole("button", { name: /^Delete/ }).click();
  await waitForVisible(page.getByRole("button", { name: "Notifications", exact: true }));
});

it("creates no notifications while they are off", async () => {
  const { page } = await browser.open("/");
  await setNotifications(page, false);
  await page.request.put("/api/v1/notifications/read-all");
  const total = async () =>
    ((await (await page.request.get("/api/v1/notifications?limit=1")).json()) as { total: number }).total;
  const before = await total();
  await page.goto("/generate");
  const prompt = await submitPrompt(page, "a quiet pond");
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  // A notification would have been stored in the transaction that finished the job.
  expect(await total()).toBe(before);
  expect(await page.getByRole("button", { name: /unread/ }).count()).toBe(0);
});

it("shows browser notifications while the tab is hidden, if enabled", async () => {
  const { page, context } = await browser.open("about:blank");
  await context.grantPermissions(["notifications"], { origin: BASE_URL });
  await page.addInitScript(() => {
    const shown: string[] = [];
    Object.assign(window, { shown });
    class Recorder extends EventTarget {
      static permission = "granted";
      static requestPermission = async () => "granted" as const;
      onclick: (() => void) | null = null;
      constructor(title: string) {
        super();
        shown.push(title);
        Object.assign(window, { newest: this });
      }
      close() {}
    }
    Object.defineProperty(window, "Notification", { value: Recorder });
  });
  await setNotifications(page, true);
  const toggle = page.getByRole("switch", { name: /^Browser notifications/ });
  await setSwitch(toggle, true);
  await waitForIdleQueue(page);
  await page.goto("/gallery");
  await waitForVisible(page.getByRole("button", { name: /^Notifications/ }));
  const shown = () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
  await submit(page, "seen in the tab itself");
  await holdToast(page, "Open");
  expect(await shown()).toEqual([]);

  await page.evaluate(() => Object.defineProperty(document, "hidden", { value: true }));
  await submit(page, "seen outside");
  await expect.poll(shown).toEqual(["Your image is ready"]);
  await page.evaluate(() => (window as unknown as { newest: { onclick: () => void } }).newest.onclick());
  await page.waitForURL(/\/view\/\d+$/);

  await page.goto("/settings/notifications");
  await setSwitch(toggle, false);
  await page.reload();
  await waitForVisible(toggle);
  expect(await toggle.isChecked()).toBe(false);
});

it("suggests notifications once while they are off", async () => {
  const { page } = await browser.open("/");
  await setNotifications(page, false);
  await page.goto("/generate");
  await submitPrompt(page, "a first image");
  const suggestion = page.getByRole("alert").filter({ hasText: "Notify me when images finish" });
  await waitForVisible(suggestion);
  await waitForWrite(page, () => suggestion.getByRole("button", { name: "Turn on" }).click());
  await setNotifications(page, false);
  await page.goto("/generate");
  const prompt = await submitPrompt(page, "a second image");
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  expect(await suggestion.count()).toBe(0);
});

it("notifies only of the chosen types, from the time of the choice", async () => {
  const { page } = await browser.open("/");
  await waitForIdleQueue(page);
  await setNotifications(page, true);
  await page.request.put("/api/v1/notifications/read-all");
  const failures = page.getByRole("switch", { name: "A job failed" });
  await waitForWrite(page, () => setSwitch(failures, false));
  await submit(page, "not notified [fault:node_error]");
  await submit(page, "notified");
  await waitForVisible(page.getByRole("button", { name: "Notifications, 1 unread" }));
  await waitForIdleQueue(page);
  expect(await page.getByRole("button", { name: "Notifications, 1 unread" }).count()).toBe(1);
  await waitForWrite(page, () => setSwitch(failures, true));
  await submit(page, "a failure notified [fault:node_error]");
  await waitForVisible(page.getByRole("button", { name: "Notifications, 2 unread" }));
});

it("lists, filters and clears notifications in the bell and on the page", async () => {
  const { page } = await browser.open("/");
  await setNotifications(page, true);
  const title = `harvest ${Math.random().toString(36).slice(2, 8)}`;
  for (let number = 1; number <= 12; number += 1) {
    const data = { title: `${title} ${number}`, message: "from the administrators" };
    expect((await page.request.post("/api/v1/notifications", { data })).ok()).toBe(true);
  }
  await bell(page).click();
  const newest = page.getByRole("dialog", { name: "Newest notifications" });
  await waitForVisible(newest.getByText(`${title} 12`, { exact: true }));
  await expect.poll(() => newest.getByRole("menuitem").count()).toBe(10);
  await waitForWrite(page, () => newest.getByRole("button", { name: "Mark all as read" }).click());
  await waitForVisible(newest.getByRole("button", { name: "Mark all as read", disabled: true }));
  await newest.getByRole("link", { name: "View all" }).click();
  await page.waitForURL(/\/notifications$/);

  await page.goto(`/notifications?${new URLSearchParams({ search: title })}`);
  const rows = page.getByRole("main").getByRole("listitem");
  await expect.poll(() => rows.count()).toBe(12);
  await page.goto(`/notifications?${new URLSearchParams({ search: title, show: "unread" })}`);
  await waitForVisible(page.getByText("No notifications match"));
  await page.goto(`/notifications?${new URLSearchParams({ search: title, type: "system" })}`);
  await expect.poll(() => rows.count()).toBe(12);
  await page.getByRole("button", { name: "Delete read" }).click();
  await waitForVisible(page.getByText("No notifications match"));
  await page.goto("/notifications");
  await waitForVisible(page.getByText("No notifications yet"));
  await waitForVisible(page.getByRole("link", { name: "Notification settings" }));
  await setNotifications(page, false);
});
