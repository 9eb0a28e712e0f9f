import { expect, it } from "vitest";
import { withBrowser } from "./browser";
import { openListed, PAGES } from "./page-list";
import { pressAtOnce, waitForPage, waitForVisible } from "./waiting";

const browser = withBrowser();

for (const [path] of PAGES) {
  it(`fits a phone: ${path}`, async () => {
    const { page } = await browser.open("about:blank", {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    await openListed(page, path);
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
  await pressAtOnce(page, "g", "c");
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
