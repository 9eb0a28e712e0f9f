import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { withBrowser } from "../browser";
import { waitForVisible } from "../waiting";

const browser = withBrowser();

/** Tiles that may exist at once, whatever is loaded: some windows full. */
const MOST_TILES = 150;

const tilesOf = (page: Page) => page.getByRole("list", { name: "Pictures" }).getByRole("listitem");
const offsetOf = (page: Page) => page.evaluate(() => Math.round(window.scrollY));

/** The place in the list of the last tile there is, 1 being the first. */
const lastPlace = async (page: Page) => Number(await tilesOf(page).last().getAttribute("aria-posinset"));

async function toEnd(page: Page): Promise<void> {
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
}

/** Jump to the end of what is loaded until the list reaches beyond a place. */
async function jumpBeyond(page: Page, place: number): Promise<void> {
  await expect
    .poll(
      async () => {
        await toEnd(page);
        expect(await tilesOf(page).count()).toBeLessThan(MOST_TILES);
        return lastPlace(page);
      },
      { timeout: 120_000, interval: 50 },
    )
    .toBeGreaterThan(place);
}

for (const layout of ["grid", "list"]) {
  it(`scrolls and jumps among a hundred thousand pictures with few of them in the page: ${layout}`, async () => {
    const { page } = await browser.open(`/gallery?view=${layout}`);
    await waitForVisible(page.getByText("More than 10,000 pictures"));
    for (let step = 0; step < 20; step += 1) {
      await page.mouse.wheel(0, 2_500);
      await expect.poll(async () => (await onScreen(page)) > 0).toBe(true);
      expect(await tilesOf(page).count()).toBeLessThan(MOST_TILES);
    }
    await jumpBeyond(page, 3_000);
    await page.evaluate(() => window.scrollTo(0, 0));
    await expect.poll(() => tilesOf(page).first().getAttribute("aria-posinset")).toBe("1");
    await expect.poll(async () => (await onScreen(page)) > 0).toBe(true);
  });
}

/** How many tiles lie within the window. */
function onScreen(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      [...document.querySelectorAll('[aria-label="Pictures"] [role="listitem"]')].filter((tile) => {
        const { top, bottom } = tile.getBoundingClientRect();
        return bottom > 0 && top < window.innerHeight;
      }).length,
  );
}

it("finds its place again after a reload, deep in the list", async () => {
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
  await waitForVisible(page.getByRole("list", { name: "Pictures" }).getByRole("link"));
  expect(requests).toBeLessThanOrEqual(4);
  expect(await lastPlace(page)).toBeGreaterThan(900);
});

it("finds one of them by its words", async () => {
  const { page } = await browser.open("/gallery?search=picture%2077777");
  await waitForVisible(page.getByText("1 picture", { exact: true }));
  await page.getByRole("list", { name: "Pictures" }).getByRole("link").first().click();
  await page.waitForURL(/\/view\/\d+/);
  await waitForVisible(page.getByRole("heading", { name: "picture 77777" }));
});
