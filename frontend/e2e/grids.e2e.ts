/** Grids: an image for each combination of values, in a matrix that fills while the jobs run. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible } from "./axe";
import { withBrowser } from "./browser";
import { unique } from "./opened";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

const cells = (page: Page) => page.getByRole("region", { name: "Cells" });
const dialog = (page: Page) => page.getByRole("dialog", { name: "Grid" });

/** Fill in the prompt, open the dialog, and choose the values of two axes. */
async function chooseAxes(page: Page, prompt: string): Promise<void> {
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill(prompt);
  await page.getByRole("button", { name: "Grid", exact: true }).click();
  const values = dialog(page).getByRole("textbox", { name: "X values" });
  await values.fill("1-10 [0]");
  await waitForVisible(dialog(page).getByText("Give each axis at least one value"));
  await values.fill("1-100");
  await dialog(page).getByLabel("Y parameter").selectOption("steps");
  await dialog(page).getByRole("textbox", { name: "Y values" }).fill("1-100");
  await dialog(page).getByRole("button", { name: "Generate 10,000" }).click();
  await waitForVisible(dialog(page).getByText(/the axes make 10,000 cells; at most \d+ are allowed/i));

  await values.fill("5");
  await dialog(page).getByLabel("Y parameter").selectOption("prompt_replace");
  const rows = "cat, owl [fault:node_error], dog [fault:slow=120]";
  await dialog(page).getByRole("textbox", { name: "Y values" }).fill(rows);
  await waitForVisible(dialog(page).getByText("1 × 3 = 3 images"));
}

it("makes a grid that fills by itself, cancels what is left, and makes that again", async () => {
  const { page } = await browser.open("/generate");
  const prompt = unique("a cat on a quay");
  await chooseAxes(page, prompt);
  await dialog(page).getByRole("button", { name: "Generate 3" }).click();
  await page.waitForURL(/\/grids\/\d+$/);
  await waitForVisible(cells(page).getByRole("columnheader", { name: "CFG 5", exact: true }));
  await waitForVisible(cells(page).getByRole("rowheader", { name: "cat", exact: true }));
  const links = cells(page).getByRole("link", { name: /^Open: CFG 5, cat$/ });
  await expect.poll(() => links.count()).toBe(1);
  await waitForVisible(page.getByText("1 of 3 images"));
  const failed = cells(page).getByRole("button", { name: /failed.*, retry: CFG 5, owl/ });
  await expect.poll(() => failed.count()).toBe(1);
  const running = cells(page).getByRole("progressbar", { name: /^Progress: CFG 5, dog/ });
  await waitForVisible(running);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  const cancelled = cells(page).getByRole("button", { name: /^Cancelled, retry: CFG 5, dog/ });
  await expect.poll(() => cancelled.count()).toBe(1);
  await expectAccessible(page, "a grid");
  await cancelled.first().click();
  await waitForVisible(running);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect.poll(() => cancelled.count()).toBe(1);
  await page.getByRole("button", { name: "Retry 2" }).click();
  await waitForVisible(running);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await waitForVisible(page.getByRole("button", { name: "Retry 2" }));
  await expect.poll(() => cancelled.count()).toBe(1);

  await page.getByRole("button", { name: "Rename grid" }).click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Title" }).fill("Cats, owls, dogs");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await waitForVisible(page.getByRole("heading", { name: "Cats, owls, dogs" }));
  await page.getByRole("button", { name: "Export image" }).click();
  await page.getByRole("dialog").getByLabel("Format").selectOption("jpeg");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("dialog").getByRole("link", { name: "Download" }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/\.jpg$/);
  const image = await readFile(await file.path());
  expect(image.subarray(0, 2).toString("hex")).toBe("ffd8");

  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await links.last().click();
  await page.waitForURL(/\/view\/\d+$/);
  await page.goBack();
  await waitForVisible(links);
  await page.getByRole("button", { name: "Delete grid" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(/\/generate\/grids$/);
  await expect.poll(() => page.locator("[aria-busy=true]").count()).toBe(0);
  await expect.poll(() => page.getByRole("link", { name: "Cats, owls, dogs" }).count()).toBe(0);
  // Its images remain.
  await page.goto(`/gallery?search=${prompt.split(" ").at(-1)}`);
  await waitForVisible(page.getByText("1 item", { exact: true }));
});

it("shows one value of the z axis at a time, on a phone", async () => {
  const { page } = await browser.open("about:blank", { viewport: { width: 390, height: 844 } });
  const made = await page.request.post("/api/v1/grids", {
    data: {
      request: { prompt: unique("a small boat"), width: 256, height: 256 },
      x: { parameter: "cfg", values: [5, 6] },
      y: { parameter: "seed", values: [7] },
      z: { parameter: "steps", values: [2, 3] },
    },
  });
  expect(made.status()).toBe(201);
  const { id } = (await made.json()) as { id: number };
  await page.goto(`/grids/${id}`);
  const tabs = page.getByRole("navigation", { name: "Values of the z axis" });
  const images = cells(page).getByRole("link", { name: /^Open: / });
  const description = page.getByText("4 of 4 images");
  await waitForVisible(description);
  expect((await description.boundingBox())?.width).toBeGreaterThan(300);
  await expect.poll(() => images.count()).toBe(2);
  const first = await images.first().getAttribute("href");
  await tabs.getByRole("link", { name: "Steps 3" }).click();
  await page.waitForURL(/\?z=1$/);
  await waitForVisible(tabs.getByRole("link", { name: "Steps 3" }).and(page.locator("[aria-current=page]")));
  await expect.poll(() => images.first().getAttribute("href")).not.toBe(first);

  // A deleted cell is made again, and the grid fills the form.
  const deleted = Number((await images.first().getAttribute("href"))?.split("/").at(-1));
  expect((await page.request.delete(`/api/v1/content/${deleted}`)).status()).toBe(204);
  await page.reload();
  await waitForVisible(page.getByText("3 of 4 images"));
  await waitForVisible(cells(page).getByRole("button", { name: "Restore: CFG 5, Seed 7, Steps 3" }));
  await cells(page).getByRole("button", { name: "Make again: CFG 5, Seed 7, Steps 3" }).click();
  await waitForVisible(description);
  await expect.poll(() => images.count()).toBe(2);
  await page.getByRole("link", { name: "Reuse settings" }).click();
  await waitForVisible(dialog(page));
  expect(await dialog(page).getByRole("textbox", { name: "X values" }).inputValue()).toBe("5, 6");
  await waitForVisible(dialog(page).getByText("2 × 1 × 2 = 4 images"));
  expect(new URL(page.url()).search).toBe("");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
