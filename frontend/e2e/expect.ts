import type { Locator } from "playwright-core";
import { expect } from "vitest";

/** Wait until it is on the page and visible. */
export async function see(locator: Locator, timeout = 30_000): Promise<void> {
  await locator.first().waitFor({ state: "visible", timeout });
}

/** Turn a switch on or off; it may show its new state a moment after the click. */
export async function turn(control: Locator, isOn: boolean): Promise<void> {
  await see(control);
  if ((await control.isChecked()) !== isOn) await control.click();
  await expect.poll(() => control.isChecked()).toBe(isOn);
}
