import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { generate, withBrowser } from "./browser";
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

it("tells of a finished picture elsewhere, in the bell and on its page, and in a second tab", async () => {
  const { page, context } = await browser.open("/");
  await setNotifications(page, true);
  await page.goto("/notifications");
  await page.getByRole("button", { name: "Mark all read" }).click();
  await see(page.getByRole("button", { name: "Notifications", exact: true }));
  const second = await context.newPage();
  await second.goto("/gallery");
  await page.goto("/generate");
  await generate(page, "a comet [fault:slow=2]");
  await page.getByRole("link", { name: "Gallery", exact: true }).first().click();
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
  await page.goto("/generate");
  await generate(page, "a quiet pond");
  await see(page.getByText(/^Done in/));
  await page.waitForTimeout(1_000);
  expect(await page.getByRole("button", { name: /unread/ }).count()).toBe(0);
});
