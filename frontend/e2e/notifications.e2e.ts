import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { generate, runOf, slowly, withBrowser } from "./browser";
import { see } from "./expect";

const browser = withBrowser();

async function setNotifications(page: Page, isOn: boolean): Promise<void> {
  await page.goto("/settings");
  const control = page.getByRole("switch", { name: "Notifications", exact: true });
  await see(control);
  const saved = page.waitForResponse((reply) => reply.url().endsWith("/preferences") && reply.ok());
  if ((await control.isChecked()) !== isOn) {
    await control.setChecked(isOn);
    await saved;
  } else {
    saved.catch(() => undefined);
  }
}

const bell = (page: Page) => page.getByRole("button", { name: /^Notifications/ });

/** Wait until no job of an earlier journey can still end and be told of. */
async function isQuiet(page: Page): Promise<void> {
  const open = "/api/v1/generation-jobs?status=queued&status=pending&status=running&limit=1";
  const count = async () => ((await (await page.request.get(open)).json()) as { total: number }).total;
  await expect.poll(count, { timeout: 40_000 }).toBe(0);
}

it("tells of a finished picture elsewhere, in the bell and on its page, and in a second tab", async () => {
  const { page, context } = await browser.open("/");
  await isQuiet(page);
  await setNotifications(page, true);
  await page.request.put("/api/v1/notifications/read-all");
  const second = await context.newPage();
  await second.goto("/gallery");
  // A tab in the background hardly draws: what one does there takes seconds.
  await page.bringToFront();
  await page.goto("/generate");
  const prompt = await generate(page, slowly("a comet", 4));
  await see(runOf(page, prompt));
  await page.getByRole("link", { name: "Gallery", exact: true }).first().click();
  await page.waitForURL(/\/gallery$/);
  await see(page.getByRole("alert").getByRole("button", { name: "Open" }));
  await see(page.getByRole("button", { name: "Notifications, 1 unread" }));
  await see(second.getByRole("button", { name: "Notifications, 1 unread" }));

  await bell(page).click();
  await page.getByRole("dialog", { name: "Newest notifications" }).getByRole("menuitem").first().click();
  await page.waitForURL(/\/view\/\d+$/);
  await see(page.getByRole("button", { name: "Notifications", exact: true }));
  await see(second.getByRole("button", { name: "Notifications", exact: true }));

  await page.goto("/notifications");
  const row = page.getByRole("main").getByRole("listitem").first();
  await row.getByRole("button", { name: /^Mark unread/ }).click();
  await see(second.getByRole("button", { name: "Notifications, 1 unread" }));
  await row.getByRole("button", { name: /^Delete/ }).click();
  await see(page.getByRole("button", { name: "Notifications", exact: true }));
});

it("says nothing to those who did not ask", async () => {
  const { page } = await browser.open("/");
  await setNotifications(page, false);
  const told = async () =>
    ((await (await page.request.get("/api/v1/notifications?limit=1")).json()) as { total: number }).total;
  const before = await told();
  await page.goto("/generate");
  await generate(page, "a quiet pond");
  await see(page.getByText(/^Done in/));
  // It would have been written in the transaction that ended the job.
  expect(await told()).toBe(before);
  expect(await page.getByRole("button", { name: /unread/ }).count()).toBe(0);
});
