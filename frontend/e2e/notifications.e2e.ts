import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { BASE_URL, jobCard, resultCard, slowPrompt, submitPrompt, withBrowser } from "./browser";
import { setSwitch, waitForVisible, waitForWrite } from "./waiting";

const browser = withBrowser();

async function setNotifications(page: Page, isOn: boolean): Promise<void> {
  await page.goto("/settings");
  const control = page.getByRole("switch", { name: "Notifications", exact: true });
  await waitForVisible(control);
  if ((await control.isChecked()) !== isOn) await waitForWrite(page, () => setSwitch(control, isOn));
}

const bell = (page: Page) => page.getByRole("button", { name: /^Notifications/ });

/** Submit as a program would, whatever page is open. */
async function submit(page: Page, prompt: string): Promise<void> {
  const made = await page.request.post("/api/v1/generation-jobs", { data: { prompt } });
  expect(made.status()).toBe(201);
}

/** Wait until no job of an earlier journey can still end and be told of. */
async function waitForIdleQueue(page: Page): Promise<void> {
  const open = "/api/v1/generation-jobs?status=queued&status=pending&status=running&limit=1";
  const count = async () => ((await (await page.request.get(open)).json()) as { total: number }).total;
  await expect.poll(count, { timeout: 120_000 }).toBe(0);
}

it("tells of a finished picture elsewhere, in the bell and on its page, and in a second tab", async () => {
  const { page, context } = await browser.open("/");
  await waitForIdleQueue(page);
  await setNotifications(page, true);
  await page.request.put("/api/v1/notifications/read-all");
  const second = await context.newPage();
  await second.goto("/gallery");
  // A tab in the background hardly draws: what one does there takes seconds.
  await page.bringToFront();
  await page.goto("/generate");
  const prompt = await submitPrompt(page, slowPrompt("a comet", 12));
  await waitForVisible(jobCard(page, prompt));
  await page.getByRole("link", { name: "Gallery", exact: true }).first().click();
  await page.waitForURL(/\/gallery$/);
  const toast = page.getByRole("alert").filter({ has: page.getByRole("button", { name: "Open" }) });
  await waitForVisible(toast.locator("img[src*='/thumbnails/small']"));
  const isDrawn = (picture: HTMLImageElement) => picture.complete && picture.naturalWidth > 0;
  await expect.poll(() => toast.locator("img").first().evaluate(isDrawn)).toBe(true);
  await waitForVisible(page.getByRole("button", { name: "Notifications, 1 unread" }));
  await waitForVisible(second.getByRole("button", { name: "Notifications, 1 unread" }));

  await bell(page).click();
  await page.getByRole("dialog", { name: "Newest notifications" }).getByRole("menuitem").first().click();
  await page.waitForURL(/\/view\/\d+$/);
  await waitForVisible(page.getByRole("button", { name: "Notifications", exact: true }));
  await waitForVisible(second.getByRole("button", { name: "Notifications", exact: true }));

  await page.goto("/notifications");
  const row = page.getByRole("main").getByRole("listitem").first();
  await row.getByRole("button", { name: /^Mark unread/ }).click();
  await waitForVisible(second.getByRole("button", { name: "Notifications, 1 unread" }));
  await row.getByRole("button", { name: /^Delete/ }).click();
  await waitForVisible(page.getByRole("button", { name: "Notifications", exact: true }));
});

it("says nothing to those who did not ask", async () => {
  const { page } = await browser.open("/");
  await setNotifications(page, false);
  const told = async () =>
    ((await (await page.request.get("/api/v1/notifications?limit=1")).json()) as { total: number }).total;
  const before = await told();
  await page.goto("/generate");
  await submitPrompt(page, "a quiet pond");
  await waitForVisible(page.getByText(/^Done in/));
  // It would have been written in the transaction that ended the job.
  expect(await told()).toBe(before);
  expect(await page.getByRole("button", { name: /unread/ }).count()).toBe(0);
});

it("is told by the browser itself while the tab is hidden, if that was asked for", async () => {
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
  const wish = page.getByRole("switch", { name: /^Also from this browser/ });
  await setSwitch(wish, true);
  await waitForIdleQueue(page);
  await page.goto("/gallery");
  await waitForVisible(page.getByRole("button", { name: /^Notifications/ }));
  const shown = () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
  await submit(page, "seen in the tab itself");
  await waitForVisible(page.getByRole("alert").getByRole("button", { name: "Open" }));
  expect(await shown()).toEqual([]);

  await page.evaluate(() => Object.defineProperty(document, "hidden", { value: true }));
  await submit(page, "seen outside");
  await expect.poll(shown).toEqual(["Your image is ready"]);
  await page.evaluate(() => (window as unknown as { newest: { onclick: () => void } }).newest.onclick());
  await page.waitForURL(/\/view\/\d+$/);

  await page.goto("/settings");
  await setSwitch(wish, false);
  await page.reload();
  await waitForVisible(wish);
  expect(await wish.isChecked()).toBe(false);
});

it("offers notifications once, to those who have them off", async () => {
  const { page } = await browser.open("/");
  await setNotifications(page, false);
  await page.goto("/generate");
  await submitPrompt(page, "a first picture");
  const offer = page.getByRole("alert").filter({ hasText: "Shall Genonaut tell you" });
  await waitForVisible(offer);
  await waitForWrite(page, () => offer.getByRole("button", { name: "Turn on" }).click());
  await setNotifications(page, false);
  await page.goto("/generate");
  const prompt = await submitPrompt(page, "a second picture");
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  expect(await offer.count()).toBe(0);
});

it("tells only of what was chosen, from the moment it was chosen", async () => {
  const { page } = await browser.open("/");
  await waitForIdleQueue(page);
  await setNotifications(page, true);
  await page.request.put("/api/v1/notifications/read-all");
  const failures = page.getByRole("switch", { name: "A job failed" });
  await waitForWrite(page, () => setSwitch(failures, false));
  await submit(page, "not to be told [fault:node_error]");
  await submit(page, "to be told");
  await waitForVisible(page.getByRole("button", { name: "Notifications, 1 unread" }));
  await waitForIdleQueue(page);
  expect(await page.getByRole("button", { name: "Notifications, 1 unread" }).count()).toBe(1);
  await waitForWrite(page, () => setSwitch(failures, true));
  await submit(page, "a failure to be told [fault:node_error]");
  await waitForVisible(page.getByRole("button", { name: "Notifications, 2 unread" }));
});

it("is looked through, filtered and cleared: the bell's list and the page", async () => {
  const { page } = await browser.open("/");
  await setNotifications(page, true);
  const words = `harvest ${Math.random().toString(36).slice(2, 8)}`;
  for (let number = 1; number <= 12; number += 1) {
    const data = { title: `${words} ${number}`, message: "from the administrators" };
    expect((await page.request.post("/api/v1/notifications", { data })).ok()).toBe(true);
  }
  await bell(page).click();
  const newest = page.getByRole("dialog", { name: "Newest notifications" });
  await waitForVisible(newest.getByText(`${words} 12`, { exact: true }));
  expect(await newest.getByRole("menuitem").count()).toBe(10);
  await waitForWrite(page, () => newest.getByRole("button", { name: "Mark all read" }).click());
  await waitForVisible(newest.getByRole("button", { name: "Mark all read", disabled: true }));
  await newest.getByRole("link", { name: "See all" }).click();
  await page.waitForURL(/\/notifications$/);

  await page.goto(`/notifications?${new URLSearchParams({ search: words })}`);
  const rows = page.getByRole("main").getByRole("listitem");
  await expect.poll(() => rows.count()).toBe(12);
  await page.goto(`/notifications?${new URLSearchParams({ search: words, show: "unread" })}`);
  await waitForVisible(page.getByText("Nothing matches"));
  await page.goto(`/notifications?${new URLSearchParams({ search: words, type: "system" })}`);
  await expect.poll(() => rows.count()).toBe(12);
  await page.getByRole("button", { name: "Delete read" }).click();
  await waitForVisible(page.getByText("Nothing matches"));
  await page.goto("/notifications");
  await waitForVisible(page.getByText("Nothing so far"));
  await waitForVisible(page.getByRole("link", { name: "Choose what you are told" }));
  await setNotifications(page, false);
});
