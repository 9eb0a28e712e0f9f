import { expect, it } from "vitest";
import { resultCard, withBrowser } from "./browser";
import { waitForVisible } from "./waiting";

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
