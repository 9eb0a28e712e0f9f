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
    await waitForVisible(page.getByText("More than 10,000 images"));
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

it("restores a scroll position deep in the list after a reload", async () => {
  const { page } = await browser.open("/gallery");
  await waitForVisible(tilesOf(page));
  await jumpBeyond(page, 1_000);
  const offset = await offsetOf(page);
  expect(offset).toBeGreaterThan(10_000);
  let requests = 0;
  page.on("request", (request) => {
    if (/\/api\/v1\/content\?/.test(request.url())) requests += 1;
  });
  await page.reload();
  await expect.poll(() => offsetOf(page)).toBe(offset);
  await waitForVisible(page.getByRole("list", { name: "Images" }).getByRole("link"));
  expect(requests).toBeLessThanOrEqual(4);
  expect(await lastPosition(page)).toBeGreaterThan(900);
});

it("finds one image by its title", async () => {
  const { page } = await browser.open("/gallery?search=image%2077777");
  await waitForVisible(page.getByText("1 image", { exact: true }));
  await page.getByRole("list", { name: "Images" }).getByRole("link").first().click();
  await page.waitForURL(/\/view\/\d+/);
  await waitForVisible(page.getByRole("heading", { name: "image 77777" }));
});
