/** Workflows as their users run them: a form, live results, and the same again with changes. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { violations } from "./axe";
import { withBrowser } from "./browser";
import { makePng } from "./pixels";
import { waitForVisible } from "./waiting";

const browser = withBrowser();
const EXAMPLES = new URL("../../src/genonaut/cli/seed/workflows/", import.meta.url);

/** Add one of the workflows of the demo; return the address of its page. */
async function addWorkflow(page: Page, name: string, title: string): Promise<string> {
  const graph = JSON.parse(readFileSync(new URL(`${name}.json`, EXAMPLES), "utf8"));
  const answer = await page.request.post("/api/v1/workflows", { data: { title, graph } });
  expect(answer.status(), await answer.text()).toBe(201);
  return `/workflows/${(await answer.json()).workflow.id}`;
}

const runButton = (page: Page) => page.getByRole("button", { name: /^Run/ });
const promptOf = (page: Page) => page.getByRole("textbox", { name: /prompt/i }).first();
const results = (page: Page) => page.getByRole("region", { name: "Results", exact: true });
const doneCard = (page: Page) =>
  results(page)
    .getByRole("article")
    .filter({ hasText: /Done in/ });

it("runs a workflow with a changed prompt, and again with changes from the page of its image", async () => {
  const { page } = await browser.open("about:blank");
  const path = await addWorkflow(page, "portrait-with-hires-fix", "Portrait, run");
  await page.goto(path);
  await waitForVisible(page.getByRole("heading", { level: 1, name: "Portrait, run" }));
  const prompt = `an old sailor ${Date.now()}`;
  await promptOf(page).fill(prompt);
  expect(await violations(page)).toEqual([]);
  await runButton(page).click();
  await waitForVisible(doneCard(page).getByRole("link", { name: new RegExp(prompt) }));
  await doneCard(page)
    .getByRole("link", { name: new RegExp(prompt) })
    .first()
    .click();
  await page.waitForURL(/\/view\/\d+/);
  await page.getByRole("link", { name: "Run again with changes" }).click();
  await page.waitForURL(`**${path}*`);
  await expect.poll(() => promptOf(page).inputValue()).toBe(prompt);
  await promptOf(page).fill(`${prompt}, smiling`);
  await runButton(page).click();
  await waitForVisible(doneCard(page).getByRole("link", { name: /smiling/ }));
  await page.reload();
  // Results of earlier visits are tiles.
  await waitForVisible(page.getByRole("region", { name: "Earlier results" }).getByRole("listitem").nth(1));
});

it("makes a video of an uploaded image, on a phone", async () => {
  const { page } = await browser.open("about:blank", {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  await page.goto(await addWorkflow(page, "image-to-video", "Video of an image"));
  const file = page.locator("input[type=file]");
  await file.waitFor({ state: "attached" });
  await file.first().setInputFiles(await makePng(page, 256, 256));
  await waitForVisible(page.getByRole("img", { name: /^Upload \d+$/ }));
  await runButton(page).click();
  const link = doneCard(page).getByRole("link", { name: /^Open/ });
  await waitForVisible(link);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  const id = (await link.first().getAttribute("href"))?.split("/").at(-1);
  const item = await (await page.request.get(`/api/v1/content/${id}`)).json();
  expect([item.content_type, item.duration_seconds > 0]).toEqual(["video", true]);
  // Other journeys expect images at the beginning of the gallery.
  await page.request.delete(`/api/v1/content/${id}`);
});

it("names what is missing at its field, and keeps what was typed", async () => {
  const { page } = await browser.open("about:blank");
  await page.goto(await addWorkflow(page, "image-to-video", "Video without an image"));
  await promptOf(page).fill("waves");
  await runButton(page).click();
  await waitForVisible(page.getByText("is required"));
  await page.reload();
  await expect.poll(() => promptOf(page).inputValue()).toBe("waves");
});
