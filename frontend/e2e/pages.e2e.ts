import { expect, it } from "vitest";
import { violations } from "./axe";
import { withBrowser } from "./browser";
import { waitForPage, waitForVisible } from "./waiting";

const browser = withBrowser();

const PAGES = [
  ["/", "Dashboard"],
  ["/generate", "Generate"],
  ["/generate/history", "History"],
  ["/gallery", "Gallery"],
  ["/gallery?view=list", "Gallery"],
  ["/gallery/trash", "Trash"],
  ["/gallery/trash?view=list", "Trash"],
  ["/view/1", ""],
  ["/notifications", "Notifications"],
  ["/settings", "Settings"],
  ["/admin", "Queue, admin"],
  ["/admin/models", "Models, admin"],
  ["/admin/servers", "System, admin"],
  ["/admin/users", "Users, admin"],
  ["/admin/log", "Audit log, admin"],
  ["/nowhere/at/all", "Page not found"],
] as const;

for (const [path, title] of PAGES) {
  it(`is accessible and titled, dark and light: ${path}`, async () => {
    const { page } = await browser.open(path, { colorScheme: "dark" });
    await waitForPage(page);
    await expect.poll(() => page.title()).toContain(`${title} · Genonaut`.trimStart());
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe(colorScheme);
      expect(await violations(page)).toEqual([]);
    }
  });

  it(`fits a phone: ${path}`, async () => {
    const { page } = await browser.open(path, {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    await waitForPage(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });
}

it("redirects /N to the image", async () => {
  const { page } = await browser.open("/1");
  await page.waitForURL(/\/view\/1$/);
});

it("shows that an image does not exist", async () => {
  const { page } = await browser.open("/view/999999999");
  await waitForVisible(page.getByText("This image does not exist"));
  await page.getByRole("link", { name: "Back to gallery" }).click();
  await page.waitForURL(/\/gallery$/);
});

it("has keyboard shortcuts for help, pages, search and theme", async () => {
  const { page } = await browser.open("/", { colorScheme: "dark" });
  await waitForVisible(page.getByRole("heading", { name: "Dashboard" }));
  await page.keyboard.press("?");
  await waitForVisible(page.getByRole("dialog", { name: "Keyboard shortcuts" }));
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("t");
  await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe("light");
  await page.reload();
  await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe("light");
  await waitForVisible(page.getByRole("heading", { name: "Dashboard" }));
  await page.keyboard.press("/");
  await page.keyboard.type("lighthouse");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/gallery\?search=lighthouse/);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.waitForURL(/\/generate$/);
});

it("has a drawer and a bottom bar on a phone", async () => {
  const { page } = await browser.open("/", {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  await page.getByRole("navigation", { name: "Quick links" }).getByRole("link", { name: "Generate" }).tap();
  await page.waitForURL(/\/generate$/);
  await page.getByRole("button", { name: "Open navigation" }).tap();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Gallery" }).tap();
  await page.waitForURL(/\/gallery$/);
});

const LOADING = [
  "/",
  "/gallery",
  "/gallery?view=list",
  "/generate/history",
  "/view/1",
  "/settings",
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
