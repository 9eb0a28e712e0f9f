/** Models: those of the form, the cards, and the page of one. */
import { expect, it } from "vitest";
import { resultCard, withBrowser } from "./browser";
import { waitForVisible, waitForWrite } from "./waiting";

const browser = withBrowser();

it("shows which LoRAs do not fit the model, and lets the user use one anyway", async () => {
  const { page } = await browser.open("/generate");
  const checkpoint = page.getByRole("combobox", { name: "Model" });
  const loras = page.getByRole("combobox", { name: "LoRAs" });
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  const text = `a heron ${Math.random().toString(36).slice(2, 8)}`;
  await prompt.fill(text);

  await checkpoint.fill("SD 1.5");
  await page.getByRole("option", { name: /sd15\.safetensors/ }).click();
  await loras.click();
  const misfit = page.getByRole("option", { name: /film.?grain/i });
  await waitForVisible(misfit.getByText(/SDXL/i));
  await expect.poll(() => misfit.getAttribute("aria-disabled")).toBe("true");
  const fitting = page.getByRole("option", { name: /watercolour/i });
  expect(await fitting.getAttribute("aria-disabled")).not.toBe("true");
  await fitting.click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Add wtrclr to the prompt" }).click();
  await expect.poll(() => prompt.inputValue()).toBe(`${text}, wtrclr`);
  expect(await page.getByText("made for another model family").count()).toBe(0);

  await checkpoint.fill("juniper");
  await page.getByRole("option", { name: /juniper/i }).click();
  await waitForVisible(page.getByText("made for another model family"));
  await prompt.press("Control+Enter");
  await waitForVisible(
    page
      .getByRole("form")
      .or(page.locator("form"))
      .getByText(/made for|sd1/)
      .last(),
  );
  await page.getByRole("switch", { name: "Use it anyway" }).check();
  await prompt.press("Control+Enter");
  await waitForVisible(resultCard(page, text).getByText(/^Done in/));
});

it("shows models as cards with images made with them, and the page of each", async () => {
  const { page } = await browser.open("/models");
  const answer = await page.request.get("/api/v1/models?search=sd15.safetensors&kind=checkpoint");
  const { items } = (await answer.json()) as { items: { id: number; name: string; display_name: string }[] };
  const model = items.find(({ name }) => name === "sd15.safetensors");
  if (model === undefined) throw new Error("the ComfyUI server has no sd15.safetensors");
  await page.request.put(`/api/v1/models/${model.id}/favourite`, { data: { is_favourite: false } });
  await page.reload();
  const cards = page.getByRole("list", { name: "Models" }).getByRole("listitem");
  const card = cards.filter({ has: page.locator(`a[href="/models/${model.id}"]`) });
  await waitForVisible(card.locator("img"));
  await page.getByRole("combobox", { name: "Sort by" }).selectOption("name");
  const star = card.getByRole("button", { name: `Favourite: ${model.display_name}` });
  await waitForWrite(page, () => star.click());
  await page.getByRole("combobox", { name: "Sort by" }).selectOption("recent");
  await waitForVisible(cards.first().getByRole("button", { name: `Favourite: ${model.display_name}` }));
  await page.getByRole("searchbox", { name: "Search models" }).fill("no such model");
  await waitForVisible(page.getByText("No models match"));
  await page.getByRole("searchbox", { name: "Search models" }).fill("sd15.safetensors");
  await card.getByRole("link").click();
  await page.waitForURL(`**/models/${model.id}`);
  await waitForVisible(page.getByRole("heading", { name: model.display_name, level: 1 }));
  await page.reload();
  await waitForVisible(page.getByRole("button", { name: "Favourite", exact: true, pressed: true }));
  await waitForVisible(page.getByRole("list", { name: "Images made with it" }).getByRole("link"));
  await waitForVisible(page.getByText(/used: .+ %/));
  await page.getByRole("link", { name: "Generate with it" }).click();
  const chosen = page.getByRole("combobox", { name: "Model" });
  await expect.poll(() => chosen.inputValue()).toBe(model.display_name);

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Models as cards" }).click();
  const dialog = page.getByRole("dialog", { name: "Choose a model" });
  await waitForVisible(dialog.getByRole("button", { name: model.display_name, pressed: true }));
  await dialog.getByRole("searchbox", { name: "Search models" }).fill("juniper");
  await waitForVisible(dialog.getByText(/^1 of \d+ models$/));
  await dialog.getByRole("list", { name: "Models" }).getByRole("button", { pressed: false }).first().click();
  await dialog.waitFor({ state: "detached" });
  await expect.poll(() => chosen.inputValue()).toMatch(/juniper/i);
});
