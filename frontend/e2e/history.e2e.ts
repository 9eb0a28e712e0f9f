import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { withBrowser } from "./browser";
import { waitForPage, waitForStable, waitForVisible } from "./waiting";

const browser = withBrowser();
const LISTED = "**/api/v1/generation-jobs?*";

/** Serve a history with many copies of one job. */
async function serveManyJobs(page: Page, count: number): Promise<void> {
  const { items } = await (await page.request.get("/api/v1/generation-jobs?status=completed&limit=1")).json();
  await page.route(LISTED, async (route) => {
    const query = new URL(route.request().url()).searchParams;
    if (query.has("status")) return route.continue();
    const start = Number(query.get("cursor") ?? 0);
    const limit = Number(query.get("limit"));
    const jobs = Array.from({ length: limit }, (_, index) => ({ ...items[0], id: 1e6 + start + index }));
    const next = start + limit < count ? String(start + limit) : null;
    await route.fulfill({ json: { items: jobs, next_cursor: next, total: start === 0 ? count : null } });
  });
}

for (const layout of ["Grid", "List"]) {
  it(`keeps few jobs of a long history in the DOM and restores the scroll position: ${layout}`, async () => {
    const { page } = await browser.open("about:blank");
    await serveManyJobs(page, 3_000);
    await page.goto("/generate/history");
    await waitForVisible(page.getByText("3,000 jobs"));
    await page.getByRole("button", { name: layout, exact: true }).click();
    const cards = page.getByRole("list", { name: "Jobs" }).getByRole("listitem");
    const last = async () => Number(await cards.last().getAttribute("aria-posinset"));
    await expect
      .poll(
        async () => {
          await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
          expect(await cards.count()).toBeLessThan(90);
          return last();
        },
        { timeout: 120_000, interval: 50 },
      )
      .toBeGreaterThan(400);
    const offsetOf = () => page.evaluate(() => Math.round(window.scrollY));
    // Inside the list: at its end the position moves while jobs are loaded.
    await page.evaluate(() => window.scrollBy(0, -3_000));
    await waitForPage(page);
    const offset = await waitForStable(page, offsetOf);
    await page.reload();
    await expect.poll(offsetOf).toBe(offset);
  });
}
