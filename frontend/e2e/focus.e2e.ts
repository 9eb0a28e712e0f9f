/** Where the keyboard is after links, dialogs and menus. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { withBrowser } from "./browser";
import { DESKTOP, PHONE } from "./devices";
import { pressAtOnce, waitForPage, waitForVisible } from "./waiting";

const browser = withBrowser();

const focusedName = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const labels = element instanceof HTMLTextAreaElement ? [...element.labels] : [];
    return element?.getAttribute("aria-label") ?? labels.map((label) => label.textContent).join() ?? "";
  });
const expectPromptFocused = (page: Page) => expect.poll(() => focusedName(page)).toMatch(/^Prompt/);

it("focuses the prompt on every way to Create", async () => {
  const { page } = await browser.open("/", DESKTOP);
  await waitForPage(page);
  const main = page.getByRole("navigation", { name: "Main" });
  const ways: readonly (() => Promise<void>)[] = [
    () => main.getByRole("link", { name: "Generate", exact: true }).click(),
    () => page.getByRole("link", { name: "New image" }).click(),
    () => pressAtOnce(page, "g", "c"),
  ];
  for (const go of ways) {
    await main.getByRole("link", { name: "Dashboard", exact: true }).click();
    await waitForVisible(page.getByRole("heading", { name: "Dashboard" }));
    await go();
    await page.waitForURL(/\/generate$/);
    await expectPromptFocused(page);
  }
  await page.goto("/view/1");
  await page.getByRole("link", { name: "Reuse settings" }).click();
  await expectPromptFocused(page);
});

it("does not open the keyboard of a phone on the way to Create", async () => {
  const { page } = await browser.open("/", PHONE);
  await page.getByRole("navigation", { name: "Quick links" }).getByRole("link", { name: "Generate" }).tap();
  await waitForVisible(page.getByRole("textbox", { name: "Prompt", exact: true }));
  await waitForPage(page);
  expect(await focusedName(page)).not.toMatch(/^Prompt/);
});

it("returns the focus to the button that opened a menu or dialog", async () => {
  const { page } = await browser.open("/admin/users", DESKTOP);
  await waitForPage(page);
  for (const [name, role] of [
    ["Account", "menu"],
    // With the number of unread ones, if there are any.
    [/^Notifications/, "dialog"],
    ["Keyboard shortcuts", "dialog"],
    ["New user", "dialog"],
  ] as const) {
    const button = page.getByRole("button", { name, exact: true });
    await button.focus();
    await page.keyboard.press("Enter");
    await waitForVisible(page.getByRole(role));
    await page.keyboard.press("Escape");
    await page.getByRole(role).waitFor({ state: "detached" });
    await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
  }
});

it("names the image in the title of the page and follows to the next one", async () => {
  const { page } = await browser.open("/gallery", DESKTOP);
  const tiles = page.getByRole("list", { name: "Images" }).getByRole("link");
  await waitForVisible(tiles);
  const answer = await page.request.get("/api/v1/content?limit=2");
  const { items } = await answer.json();
  const names: string[] = items.map(({ title }: { title: string }) => title);
  await tiles.first().click();
  await expect.poll(() => page.title()).toBe(`${names[0]} · Genonaut`);
  await waitForVisible(page.getByRole("button", { name: "Next", disabled: false }));
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(/\/view\/\d+$/);
  await expect.poll(() => page.title()).toBe(`${names[1]} · Genonaut`);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.title()).toBe("Gallery · Genonaut");
});
