/** What every page has: the command palette and the queue. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible, violations } from "./axe";
import { slowPrompt, withBrowser } from "./browser";
import { unique } from "./opened";
import { pressAtOnce, waitForPage, waitForVisible } from "./waiting";

const browser = withBrowser();

const palette = (page: Page) => page.getByRole("dialog", { name: "Command palette" });
const queue = (page: Page) => page.getByRole("dialog", { name: "Queue" });
const results = (page: Page, group: string) =>
  palette(page).getByRole("group", { name: group }).getByRole("option");

/** Open the palette, type, move to a result of a group, and choose it; all with the keyboard. */
async function choose(page: Page, words: string, group: string, name: string | RegExp): Promise<void> {
  await page.keyboard.press("Control+k");
  await waitForVisible(palette(page).getByRole("combobox"));
  await page.keyboard.type(words);
  const wanted = results(page, group).filter({ hasText: name }).first();
  await waitForVisible(wanted);
  const active = () => palette(page).getByRole("combobox").getAttribute("aria-activedescendant");
  // Results of the server may come in above it, so that it is not known how often the key is pressed.
  while ((await wanted.getAttribute("aria-selected")) !== "true") {
    const before = await active();
    await page.keyboard.press("ArrowDown");
    await expect.poll(active).not.toBe(before);
  }
  await page.keyboard.press("Enter");
  await palette(page).waitFor({ state: "detached" });
}

it("opens pages, settings, models and earlier prompts, and runs actions, with the keyboard alone", async () => {
  const { page } = await browser.open("/", { colorScheme: "dark" });
  await waitForPage(page);
  await page.keyboard.press("Control+k");
  await waitForVisible(results(page, "Pages"));
  await page.keyboard.type("no such thing at all");
  await waitForVisible(palette(page).getByText(/^Nothing matches/));
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await palette(page).waitFor({ state: "detached" });

  await choose(page, "histo", "Pages", "History of jobs");
  await page.waitForURL(/\/generate\/history$/);
  await choose(page, "set appear", "Pages", "Settings: appearance");
  await page.waitForURL(/\/settings\/appearance$/);
  await choose(page, "switch theme", "Actions", "Switch theme");
  await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe("light");
  await choose(page, "snowy mountains", "Your prompts", "snowy mountains under a green aurora");
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  await expect.poll(() => prompt.inputValue()).toBe("snowy mountains under a green aurora");
  await choose(page, "juniper", "Models", /juniper/i);
  await expect.poll(() => page.getByRole("combobox", { name: "Model" }).inputValue()).toMatch(/juniper/i);
  await choose(page, "snowy mountains", "Images", "snowy mountains under a green aurora");
  await page.waitForURL(/\/view\/\d+$/);

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Open navigation" }).click();
  await page.getByRole("button", { name: "Command palette" }).click();
  await palette(page).getByRole("combobox").fill("trash");
  await results(page, "Pages").filter({ hasText: "Trash" }).click();
  await page.waitForURL(/\/gallery\/trash$/);
});

const PAGES = [
  ["w", /\/workflows$/],
  ["a", /\/gallery$/],
  ["l", /\/collections$/],
  ["s", /\/settings\/?\w*$/],
  ["m", /\/admin$/],
  ["c", /\/generate$/],
] as const;

it("shows the queue on every page, and cancels from it", async () => {
  const { page } = await browser.open("about:blank");
  const prompt = slowPrompt(unique("a long pier"), 600);
  // A run is cancelled between two steps.
  const data = { prompt, params: { steps: 100 } };
  const made = await page.request.post("/api/v1/generation-jobs", { data });
  expect(made.status()).toBe(201);
  await page.goto("/");
  await waitForPage(page);
  for (const [key, address] of PAGES) {
    await pressAtOnce(page, "g", key);
    await page.waitForURL(address);
    await waitForPage(page);
    // The prompt of the form takes keys.
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press("q");
    await waitForVisible(queue(page).getByRole("list", { name: "Running and waiting" }).getByText(prompt));
    await page.keyboard.press("Escape");
    await queue(page).waitFor({ state: "detached" });
  }

  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/settings/appearance");
  await page.getByRole("button", { name: /^Queue: \d+ open$/ }).click();
  const submission = queue(page).getByRole("listitem").filter({ hasText: prompt });
  await submission.getByRole("button", { name: "Cancel" }).click();
  const last = queue(page).getByRole("list", { name: "Last results" }).getByRole("listitem");
  await waitForVisible(last.filter({ hasText: prompt }).getByText("Cancelled"));
  await expectAccessible(page, "the queue with results");
  await queue(page).getByRole("link", { name: "Full history" }).click();
  await page.waitForURL(/\/generate\/history$/);
});
