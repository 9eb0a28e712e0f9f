import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { resultCard, submitPrompt, withBrowser } from "./browser";
import { holdToast, waitForVisible } from "./waiting";

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

it("opens the next image after one was deleted, removes it from Create, and undoes the deletion", async () => {
  const { page } = await browser.open("/generate");
  const prompt = await submitPrompt(page, "a paper boat");
  const link = resultCard(page, prompt).getByRole("link", { name: /^Open/ });
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  const deleted = (await link.getAttribute("href")) ?? "";
  await page.getByRole("link", { name: "Gallery", exact: true }).first().click();
  const tiles = page.getByRole("list", { name: "Images" }).getByRole("link");
  await waitForVisible(page.locator(`a[href="${deleted}"]`));
  await page.locator(`a[href="${deleted}"]`).first().click();
  await waitForVisible(page.getByRole("button", { name: "Next", disabled: false }));
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const undo = await holdToast(page, "Undo");
  await waitForVisible(page.getByText("Moved to the trash"));
  await page.waitForURL((url) => /^\/view\/\d+$/.test(url.pathname) && url.pathname !== deleted);
  await undo.click();
  await page.waitForURL(`**${deleted}`);
  // The previous image is shown until this one is loaded.
  await waitForVisible(page.getByRole("img", { name: prompt }));
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.waitForURL((url) => url.pathname !== deleted);
  await page.getByRole("button", { name: "Back", exact: true }).click();
  await waitForVisible(tiles);
  await expect.poll(() => page.locator(`a[href="${deleted}"]`).count()).toBe(0);
  await page.getByRole("link", { name: "Generate", exact: true }).first().click();
  await waitForVisible(resultCard(page, prompt));
  await expect.poll(() => resultCard(page, prompt).getByRole("link").count()).toBe(0);
  expect(await page.getByText("Image not available").count()).toBe(0);
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
