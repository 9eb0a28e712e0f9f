/** Grids, and the tools of the prompt: weights, choices, styles. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { violations } from "./axe";
import { withBrowser } from "./browser";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

const prompt = (page: Page) => page.getByRole("textbox", { name: "Prompt", exact: true });
const dialog = (page: Page) => page.getByRole("dialog");

it("makes a grid that fills, and exports it", async () => {
  const { page } = await browser.open("/generate");
  await prompt(page).fill(`a cat of grid ${Date.now()}`);
  await page.getByRole("button", { name: "Grid", exact: true }).click();
  const values = dialog(page).getByRole("textbox", { name: "X values" });
  await values.fill("1-10 [0]");
  await waitForVisible(dialog(page).getByText("Give each axis at least one value"));
  await values.fill("5, 7");
  await dialog(page).getByLabel("Y parameter").selectOption("prompt_replace");
  await dialog(page).getByRole("textbox", { name: "Y values" }).fill("cat, dog");
  await waitForVisible(dialog(page).getByText("2 × 2 = 4 images"));
  expect(await violations(page)).toEqual([]);
  await dialog(page).getByRole("button", { name: "Generate 4" }).click();
  await page.waitForURL(/\/grids\/\d+$/);
  const region = page.getByRole("region", { name: "Cells" });
  for (const name of ["CFG 5, cat", "CFG 7, cat", "CFG 5, dog", "CFG 7, dog"])
    await waitForVisible(region.getByRole("link", { name: `Open: ${name}` }));
  await waitForVisible(page.getByText("4 of 4 images"));
  expect(await violations(page)).toEqual([]);
  const href = await page.getByRole("link", { name: "Export image" }).getAttribute("href");
  const image = await page.request.get(new URL(href ?? "", page.url()).href);
  expect(image.headers()["content-type"]).toBe("image/png");
});

it("weights words, draws choices, and layers styles", async () => {
  const style = `Ink ${Date.now()}`;
  const { page } = await browser.open("/generate");
  await prompt(page).fill("a red fox");
  await page.getByRole("switch", { name: "Choices and wildcards" }).check();
  await prompt(page).press("End");
  await prompt(page).press("Control+ArrowUp");
  await expect.poll(() => prompt(page).inputValue()).toBe("a red (fox:1.1)");
  await prompt(page).press("Control+ArrowDown");
  await expect.poll(() => prompt(page).inputValue()).toBe("a red fox");

  await prompt(page).fill("a {red|blue fox");
  await waitForVisible(page.getByText("“{” at character 3 is not closed"));
  await prompt(page).fill("a {red|blue} fox");
  await page.getByRole("button", { name: "Preview" }).click();
  await waitForVisible(
    dialog(page)
      .getByText(/^a (red|blue) fox$/)
      .first(),
  );
  expect(await violations(page)).toEqual([]);
  await dialog(page).getByRole("button", { name: "Close" }).click();

  await page.getByRole("button", { name: "Presets" }).click();
  await dialog(page).getByRole("button", { name: "New style" }).click();
  await dialog(page).getByRole("textbox", { name: /^Name/ }).fill(style);
  await dialog(page).getByRole("textbox", { name: "Style prompt" }).fill("{prompt}, ink drawing");
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await dialog(page)
    .getByRole("button", { name: new RegExp(`^${style}`) })
    .click();
  await dialog(page).getByRole("button", { name: "Close" }).click();
  await waitForVisible(page.getByRole("group", { name: "Applied" }).getByText(style));

  const [sent] = await Promise.all([
    page.waitForRequest(
      (request) => request.method() === "POST" && request.url().endsWith("/generation-jobs"),
    ),
    page.getByRole("button", { name: /^Generate/ }).click(),
  ]);
  const body = sent.postDataJSON() as { prompt: string; dynamic_prompt: boolean };
  expect(body.prompt).toBe("a {red|blue} fox, ink drawing");
  expect(body.dynamic_prompt).toBe(true);
});
