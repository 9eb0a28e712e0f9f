import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { withBrowser } from "../browser";
import { waitForVisible } from "../waiting";

const browser = withBrowser();

/** Maximum number of tiles in the DOM, regardless of the number of loaded images. */
const MAX_TILES = 150;

const tilesOf = (page: Page) => page.getByRole("list", { name: "Images" }).getByRole("listitem");
const offsetOf = (page: Page) => page.evaluate(() => Math.round(window.scrollY));

/** Return the position in the list of the last tile in the DOM, counted from 1. */
const lastPosition = async (page: Page) => Number(await tilesOf(page).last().getAttribute("aria-posinset"));

async function scrollToEnd(page: Page): Promise<void> {
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
}

/** Jump to the end of the loaded images until the list reaches beyond a position. */
async function jumpBeyond(page: Page, position: number): Promise<void> {
  await expect
    .poll(
      async () => {
        await scrollToEnd(page);
        expect(await tilesOf(page).count()).toBeLessThan(MAX_TILES);
        return lastPosition(page);
      },
      { timeout: 120_000, interval: 50 },
    )
    .toBeGreaterThan(position);
}

for (const layout of ["grid", "list"]) {
  it(`scrolls and jumps among 100,000 images with few of them in the DOM: ${layout}`, async () => {
    const { page } = await browser.open(`/gallery?view=${layout}`);
    await waitForVisible(page.getByText("More than 10,000 items"));
    for (let step = 0; step < 20; step += 1) {
      await page.mouse.wheel(0, 2_500);
      await expect.poll(async () => (await countVisible(page)) > 0).toBe(true);
      expect(await tilesOf(page).count()).toBeLessThan(MAX_TILES);
    }
    await jumpBeyond(page, 3_000);
    await page.evaluate(() => window.scrollTo(0, 0));
    await expect.poll(() => tilesOf(page).first().getAttribute("aria-posinset")).toBe("1");
    await expect.poll(async () => (await countVisible(page)) > 0).toBe(true);
  });
}

/** Return the number of tiles within the viewport. */
function countVisible(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      [...document.querySelectorAll('[aria-label="Images"] [role="listitem"]')].filter((tile) => {
        const { top, bottom } = tile.getBoundingClientRect();
        return bottom > 0 && top < window.innerHeight;
      }).length,
  );
}

/** Wait until the visible images are shown and no more are being loaded. */
async function waitUntilLoaded(page: Page): Promise<void> {
  await expect.poll(() => countVisible(page)).toBeGreaterThan(0);
  await expect.poll(() => page.locator("main [aria-busy=true], main [role=progressbar]").count()).toBe(0);
  await page.waitForLoadState("networkidle");
}

it("restores a scroll position deep in the list after a reload, and fetches few pages", async () => {
  const { page } = await browser.open("/gallery");
  let requests = 0;
  page.on("request", (request) => {
    if (/\/api\/v1\/content\?/.test(request.url())) requests += 1;
  });
  await waitForVisible(tilesOf(page));
  await jumpBeyond(page, 3_000);
  await page.evaluate(() => window.scrollTo(0, Math.round(document.documentElement.scrollHeight / 2)));
  await waitUntilLoaded(page);
  const offset = await offsetOf(page);
  const position = await lastPosition(page);
  expect(offset).toBeGreaterThan(10_000);
  const loaded = requests;
  requests = 0;
  await page.reload();
  await expect.poll(() => offsetOf(page)).toBe(offset);
  await waitUntilLoaded(page);
  await waitForVisible(page.getByRole("list", { name: "Images" }).getByRole("link"));
  expect(await offsetOf(page)).toBe(offset);
  await expect.poll(() => lastPosition(page)).toBe(position);
  // The visible pages, those beside them, and at first the top of the list.
  expect(requests).toBeLessThan(loaded / 3);
});

it("finds one image by its title", async () => {
  const { page } = await browser.open("/gallery?search=image%2077777");
  await waitForVisible(page.getByText("1 item", { exact: true }));
  await page.getByRole("list", { name: "Images" }).getByRole("link").first().click();
  await page.waitForURL(/\/view\/\d+/);
  await waitForVisible(page.getByRole("heading", { name: "image 77777" }));
});
