import type { Locator } from "playwright-core";

/** Wait until it is on the page and visible. */
export async function see(locator: Locator, timeout = 30_000): Promise<void> {
  await locator.first().waitFor({ state: "visible", timeout });
}
