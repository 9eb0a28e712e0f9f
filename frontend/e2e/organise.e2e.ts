import { expect, it } from "vitest";
import { resultCard, submitPrompt, withBrowser } from "./browser";
import { holdToast, waitForVisible, waitForWrite } from "./waiting";

const browser = withBrowser();

it("rates, tags and shares an image, and finds it by its tag", async () => {
  const { page } = await browser.open("/generate");
  const prompt = await submitPrompt(page, "a heron");
  await resultCard(page, prompt).getByRole("link").first().click();
  await page.waitForURL(/\/view\/\d+$/);
  const tag = `heron-${prompt.slice(-6)}`;
  await page.getByRole("combobox", { name: "Tags" }).fill(tag);
  await waitForWrite(page, () => page.keyboard.press("Enter"));
  await waitForWrite(page, () => page.locator("label").filter({ hasText: "4 Stars" }).click());
  await waitForVisible(page.getByText("4.0 from 1 rating"));
  await waitForWrite(page, () => page.getByRole("switch").first().click());
  await waitForVisible(page.getByText("Shared with all users"));
  await page.reload();
  await waitForVisible(page.getByText("4.0 from 1 rating"));
  await page.goto(`/gallery?tags=${tag}`);
  await waitForVisible(page.getByText("1 item", { exact: true }));
  await page.goto("/gallery?scope=community&sort=top-rated");
  await waitForVisible(page.getByRole("list", { name: "Images" }).or(page.getByText("No images yet")));
});

it("deletes several images at once, restores one and deletes the other permanently", async () => {
  const { page } = await browser.open("/generate");
  await page.getByRole("textbox", { name: "Images per run", exact: true }).fill("2");
  const prompt = await submitPrompt(page, "a wren");
  await waitForVisible(resultCard(page, prompt).getByText("2 of 2 done"));
  await page.goto(`/gallery?${new URLSearchParams({ search: prompt })}`);
  await waitForVisible(page.getByText("2 items", { exact: true }));
  const ticks = page.getByRole("checkbox", { name: /^Select/ });
  await ticks.first().check();
  await ticks.nth(1).check();
  await waitForVisible(page.getByText("2 selected"));
  await waitForWrite(page, () => page.getByRole("button", { name: "Delete", exact: true }).click());
  await waitForVisible(page.getByText("No items match"));
  await page.goto("/gallery/trash");
  await page
    .getByRole("checkbox", { name: new RegExp(`^Select ${prompt}`) })
    .first()
    .check();
  await page.getByRole("button", { name: "Restore" }).click();
  await waitForVisible(page.getByText("1 updated"));
  await page.goto(`/gallery?${new URLSearchParams({ search: prompt })}`);
  await waitForVisible(page.getByText("1 item", { exact: true }));
  await page.goto("/gallery/trash");
  await page
    .getByRole("checkbox", { name: new RegExp(`^Select ${prompt}`) })
    .first()
    .check();
  await page.getByRole("button", { name: "Delete permanently" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete permanently" }).click();
  await waitForVisible(page.getByText("1 updated"));
});

it("selects a range with Shift and all matching images with Ctrl+A", async () => {
  const { page } = await browser.open("/generate");
  await page.getByRole("textbox", { name: "Images per run", exact: true }).fill("4");
  const prompt = await submitPrompt(page, "a finch");
  await waitForVisible(resultCard(page, prompt).getByText("4 of 4 done"));
  await page.goto(`/gallery?${new URLSearchParams({ search: prompt })}`);
  await waitForVisible(page.getByText("4 items", { exact: true }));
  const ticks = page.getByRole("checkbox", { name: /^Select/ });
  await ticks.first().check();
  await ticks.nth(2).click({ modifiers: ["Shift"] });
  await waitForVisible(page.getByText("3 selected"));
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+a");
  await waitForVisible(page.getByText("4 selected"));
  await ticks.nth(1).uncheck();
  await waitForVisible(page.getByText("3 selected"));
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const undo = await holdToast(page, "Undo");
  await waitForVisible(page.getByText("1 item", { exact: true }));
  await undo.click();
  await waitForVisible(page.getByText("4 items", { exact: true }));
});

it("creates an API key, shows it once and revokes it", async () => {
  const { page } = await browser.open("/settings/api-keys");
  const name = `key ${Math.random().toString(36).slice(2, 8)}`;
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).last().fill(name);
  await page.getByRole("button", { name: "Create" }).click();
  await waitForVisible(page.getByText(/^gn_/));
  await page.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("listitem").filter({ hasText: name });
  await waitForVisible(row);
  expect(await page.getByText(/^gn_[\w-]{20,}$/).count()).toBe(0);
  await row.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await row.waitFor({ state: "detached" });
});

it("fills a new form with the default parameters of the user", async () => {
  const { page } = await browser.open("/settings/defaults");
  const steps = page.getByRole("textbox", { name: "Steps" });
  await steps.fill("12");
  await page.getByRole("button", { name: "Save" }).first().click();
  await waitForVisible(page.getByText("Saved"));
  await page.goto("/generate");
  await waitForVisible(page.getByText(/12 steps/));
  await page.goto("/settings/defaults");
  await page.getByRole("button", { name: "Clear" }).click();
  await waitForVisible(page.getByText("Saved"));
});
