import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** Wait until it is on the page and visible. */
export async function waitForVisible(locator: Locator, timeout = 60_000): Promise<void> {
  await locator.first().waitFor({ state: "visible", timeout });
}

/** Wait until a page is drawn and nothing on it is still read. */
export async function waitForPage(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor({ state: "attached", timeout: 60_000 });
  await expect.poll(() => page.locator("[aria-busy=true]").count()).toBe(0);
  await page.waitForLoadState("networkidle");
}

/** Turn a switch on or off; it may show its new state a moment after the click. */
export async function setSwitch(control: Locator, isOn: boolean): Promise<void> {
  await waitForVisible(control);
  if ((await control.isChecked()) !== isOn) await control.click();
  await expect.poll(() => control.isChecked()).toBe(isOn);
}

/** Change something and wait until the server has written it: a page shows many a change before. */
export async function waitForWrite(page: Page, change: () => Promise<void>): Promise<void> {
  const answered = page.waitForResponse((answer) => answer.request().method() !== "GET" && answer.ok());
  await change();
  await answered;
}
