import { expect, it } from "vitest";
import { violations } from "./axe";
import { withBrowser } from "./browser";
import { openListed, PAGES } from "./page-list";
import { waitForPage, waitForVisible } from "./waiting";

const browser = withBrowser();

for (const [path, title] of PAGES) {
  it(`is accessible and titled, dark and light: ${path}`, async () => {
    const { page } = await browser.open("about:blank", { colorScheme: "dark" });
    await openListed(page, path);
    await waitForPage(page);
    await expect.poll(() => page.title()).toContain(`${title} · Genonaut`.trimStart());
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe(colorScheme);
      expect(await violations(page)).toEqual([]);
    }
  });
}

const LOADING = [
  "/",
  "/gallery",
  "/gallery?view=list",
  "/generate/history",
  "/view/1",
  "/settings/api-keys",
  "/admin",
  "/admin/users",
];

const countEndless = () =>
  document
    .getAnimations()
    .filter((one) => one.effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY).length;

for (const path of LOADING) {
  it(`is accessible while it loads: ${path}`, async () => {
    const { page } = await browser.open("about:blank");
    await page.route(/\/api\/v1\/(content|generation-jobs|users|webhooks|api-keys|auth\/sessions)/, () => {});
    await page.goto(path);
    await waitForVisible(page.getByRole("status", { name: "Loading" }));
    expect(await violations(page)).toEqual([]);
    // With reduced motion there must be no endless animation.
    expect(await page.evaluate(countEndless)).toBe(0);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });
}
