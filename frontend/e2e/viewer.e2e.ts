import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { withBrowser } from "./browser";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

it("closes the full size view before it closes the image", async () => {
  const { page } = await browser.open("/gallery");
  await page.getByRole("list", { name: "Images" }).getByRole("link").first().click();
  await page.getByRole("button", { name: "Show at full size" }).click();
  await waitForVisible(page.getByRole("region", { name: "Image at full size" }));
  await page.keyboard.press("Escape");
  await waitForVisible(page.getByRole("button", { name: "Show at full size" }));
  expect(page.url()).toMatch(/\/view\/\d+$/);
  await page.keyboard.press("Escape");
  await page.waitForURL(/\/gallery$/);
});

it("steps through the images with swipes", async () => {
  const { page } = await browser.open("/gallery", {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  const tiles = page.getByRole("list", { name: "Images" }).getByRole("link");
  await waitForVisible(tiles);
  const [first, second] = [await tiles.nth(0).getAttribute("href"), await tiles.nth(1).getAttribute("href")];
  await tiles.first().tap();
  await page.waitForURL(`**${first}`);
  await waitForVisible(page.getByRole("button", { name: "Next" }).and(page.locator(":enabled")));
  await swipe(page, -160);
  await page.waitForURL(`**${second}`);
  await waitForVisible(page.getByRole("button", { name: "Previous" }).and(page.locator(":enabled")));
  await swipe(page, 160);
  await page.waitForURL(`**${first}`);
  expect(await page.getByRole("button", { name: "Show at full size" }).count()).toBe(1);
});

/** Swipe over the image by a horizontal distance in pixels. */
async function swipe(page: Page, distance: number): Promise<void> {
  const box = await page.getByRole("button", { name: "Show at full size" }).boundingBox();
  if (box === null) throw new Error("the image is not visible");
  const [x, y] = [box.x + box.width / 2 - distance / 2, box.y + box.height / 2];
  const devtools = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", at: readonly number[]) =>
    devtools.send("Input.dispatchTouchEvent", { type, touchPoints: at.map((left) => ({ x: left, y })) });
  await touch("touchStart", [x]);
  for (const fraction of [0.25, 0.5, 0.75, 1]) await touch("touchMove", [x + distance * fraction]);
  await touch("touchEnd", []);
  await devtools.detach();
}
