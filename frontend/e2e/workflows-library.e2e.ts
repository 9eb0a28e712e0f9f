/** Workflows as their authors keep them: import, form, versions, archive. */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { violations } from "./axe";
import { withBrowser } from "./browser";
import { waitForVisible } from "./waiting";

const browser = withBrowser();
const FILE = fileURLToPath(
  new URL("../../src/genonaut/cli/seed/workflows/portrait-with-hires-fix.json", import.meta.url),
);

const textbox = (page: Page, name: string | RegExp) => page.getByRole("textbox", { name });
const card = (page: Page, title: string) => page.getByRole("listitem").filter({ hasText: title });

async function chooseInMenu(page: Page, title: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${title}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

/** Import the file under a title. */
async function importFile(page: Page, title: string): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(FILE);
  await waitForVisible(page.getByRole("heading", { name: "This workflow can be imported" }));
  await textbox(page, /^Title/).fill(title);
}

it("imports a file, arranges its form, and shows its card", async () => {
  const title = `Sailor ${Date.now()}`;
  const { page } = await browser.open("/workflows/import");
  await importFile(page, title);
  await waitForVisible(page.getByText("can run it."));
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Move Negative prompt" }).press("ArrowUp");
  await page.getByRole("button", { name: "Hide Width" }).click();
  await page.getByRole("button", { name: "Settings of Height" }).click();
  await textbox(page, "Label").fill("Tallness");
  await page.getByRole("button", { name: "Save workflow" }).click();
  await page.waitForURL(/\/workflows$/);
  await waitForVisible(card(page, title).getByText("Ready to run"));
  await card(page, title)
    .getByRole("link", { name: `Run ${title}` })
    .click();
  await waitForVisible(textbox(page, "Tallness"));
  const names = await page
    .getByRole("form", { name: title })
    .getByRole("textbox")
    .evaluateAll((fields) =>
      fields
        .slice(0, 2)
        .map((field) => document.querySelector(`label[for="${field.id}"]`)?.textContent ?? ""),
    );
  expect(names.map((name) => name.replace(/[\s*\u2009]+$/, ""))).toEqual(["Negative prompt", "Prompt"]);
  expect(await textbox(page, "Width").count()).toBe(0);
});

it("keeps versions, compares them and restores one, and archives the workflow", async () => {
  const title = `Captain ${Date.now()}`;
  const { page } = await browser.open("/workflows/import");
  await importFile(page, title);
  await page.getByRole("button", { name: "Save workflow" }).click();
  await page.waitForURL(/\/workflows$/);
  await chooseInMenu(page, title, "Edit form");
  await page.getByRole("button", { name: "Settings of Height" }).click();
  await textbox(page, "Label").fill("Tallness");
  await textbox(page, "What has changed").fill("A plainer word");
  await page.getByRole("button", { name: "Save as version 2" }).click();
  // Only once it is stored: leaving the page before that would end the request.
  await page.waitForURL(/\/workflows\/\d+\/versions$/);
  const changes = page.getByRole("region", { name: "Form" });
  await page.getByRole("button", { name: "Show changes of version 2" }).click();
  await waitForVisible(changes.getByText("Tallness").first());
  await waitForVisible(page.getByText("A plainer word"));
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Restore version 1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
  await waitForVisible(page.getByRole("button", { name: "Show changes of version 3" }));
  await page.goto("/workflows");
  await chooseInMenu(page, title, "Archive");
  await expect.poll(() => card(page, title).count()).toBe(0);
  await page.goto("/workflows?show=archived");
  await waitForVisible(card(page, title));
});

it("leads from an image to its workflow on a phone", async () => {
  const { page } = await browser.open("about:blank", { viewport: { width: 390, height: 844 } });
  const answer = await page.request.get("/api/v1/content?content_type=image&limit=50");
  const { items } = await answer.json();
  const image = items.find((item: { workflow_id: number | null }) => item.workflow_id === null);
  await page.goto(`/view/${image.id}`);
  await page.getByRole("link", { name: "Open its workflow" }).click();
  await waitForVisible(page.getByRole("heading", { name: "This workflow can be imported" }));
  await waitForVisible(page.getByRole("button", { name: "Settings of Prompt" }));
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
});
