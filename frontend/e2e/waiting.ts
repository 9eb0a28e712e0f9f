/** Waits for states of a page. The timeouts only bound failures. */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** Wait until an element is visible. */
export async function waitForVisible(locator: Locator, timeout = 60_000): Promise<void> {
  await locator.first().waitFor({ state: "visible", timeout });
}

/** Wait until a page is rendered and all of its data is loaded. */
export async function waitForPage(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor({ state: "attached", timeout: 60_000 });
  await expect.poll(() => page.locator("[aria-busy=true]").count()).toBe(0);
  await page.waitForLoadState("networkidle");
  // A request may have followed from the answer to another.
  await expect.poll(() => page.locator("[aria-busy=true]").count()).toBe(0);
}

/** Wait until a value is the same in two frames of the page; return it. */
export async function waitForStable<Value>(page: Page, read: () => Promise<Value>): Promise<Value> {
  let before = await read();
  await expect
    .poll(async () => {
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      const last = before;
      before = await read();
      return JSON.stringify(before) === JSON.stringify(last);
    })
    .toBe(true);
  return before;
}

/** Turn a switch on or off and wait until it shows its new state. */
export async function setSwitch(control: Locator, isOn: boolean): Promise<void> {
  await waitForVisible(control);
  if ((await control.isChecked()) !== isOn) await control.click();
  await expect.poll(() => control.isChecked()).toBe(isOn);
}

/** Wait until a toast has an action, and rest the pointer on it: a toast stays as long as the pointer does. */
export async function holdToast(page: Page, action: string): Promise<Locator> {
  const button = page.getByRole("alert").getByRole("button", { name: action });
  await button.hover();
  return button;
}

/** Hold requests to an address until the returned function is called, so that what is shown meanwhile is seen. */
export async function holdRequests(page: Page, address: string): Promise<() => void> {
  const release: (() => void)[] = [];
  const released = new Promise<void>((resolve) => release.push(resolve));
  await page.route(address, async (route) => {
    await released;
    await route.continue();
  });
  return () => {
    for (const proceed of release) proceed();
  };
}

/** Press keys one after the other without a pause, however long the page works on each. */
export async function pressAtOnce(page: Page, ...keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => page.keyboard.press(key)));
}

/** Make a change and wait until the server has stored it; pages show many changes optimistically. */
export async function waitForWrite(page: Page, change: () => Promise<void>): Promise<void> {
  const answered = page.waitForResponse((answer) => answer.request().method() !== "GET" && answer.ok());
  await change();
  await answered;
}

/** Wait until layers have faded in and colours have changed; animations without an end are left out. */
export async function waitForTransitions(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const running = () =>
      document
        .getAnimations()
        .filter(
          ({ playState, effect }) =>
            playState === "running" && Number.isFinite(Number(effect?.getComputedTiming().endTime)),
        );
    // What was clicked just now starts its transition with the next frame.
    await nextFrame();
    await nextFrame();
    for (let found = running(); found.length > 0; found = running()) {
      await Promise.allSettled(found.map(({ finished }) => finished));
      await nextFrame();
    }
  });
}
