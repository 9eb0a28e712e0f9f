/** What the dashboard, the form and every page open: accessible, and large enough for fingers. */
import { it } from "vitest";
import { expectAccessible } from "./axe";
import { withBrowser } from "./browser";
import { DESKTOP } from "./devices";
import { checkOpenedOn, dialog, list, menu, type Opening, unfold } from "./opened";
import { waitForPage, waitForVisible } from "./waiting";

const browser = withBrowser();

const bell: Opening = {
  name: "newest notifications",
  open: async (page) => {
    await page.getByRole("button", { name: /^Notifications/ }).click();
    await waitForVisible(page.getByRole("dialog"));
  },
};
const shortcuts: Opening = {
  name: "keyboard shortcuts",
  onPhone: false,
  open: async (page) => {
    await page.keyboard.press("?");
    await waitForVisible(page.getByRole("dialog"));
  },
};
const navigation: Opening = {
  name: "navigation",
  stays: true,
  open: async (page) => {
    const button = page.getByRole("button", { name: "Open navigation" });
    if (!(await button.isVisible())) return;
    await button.click();
    await waitForVisible(page.getByRole("navigation", { name: "Main" }));
  },
};
/** Return how to open what wide windows have in the top bar, and narrow ones in the navigation. */
const everywhere = (name: string): Opening => ({
  name,
  open: async (page) => {
    const navigation = page.getByRole("button", { name: "Open navigation" });
    if (await navigation.isVisible()) await navigation.click();
    await page.getByRole("button", { name, exact: true }).click();
    await waitForVisible(page.getByRole("dialog", { name }));
    await page.getByRole("dialog", { name: "Navigation" }).waitFor({ state: "detached" });
  },
});
const grid: Opening = {
  name: "a grid",
  open: async (page) => {
    await page.getByRole("textbox", { name: "Prompt", exact: true }).fill("a heron");
    await page.getByRole("button", { name: "Grid", exact: true }).click();
    await page.getByRole("combobox", { name: "Y parameter" }).selectOption("sampler_name");
    await waitForVisible(page.getByRole("group", { name: "Available values" }).getByRole("button"));
  },
};
const loras: Opening = {
  name: "a LoRA with its strengths",
  stays: true,
  open: async (page) => {
    await page.getByRole("combobox", { name: "LoRAs" }).click();
    await page.locator("[role=option]:not([aria-disabled=true])").first().click();
    await page.keyboard.press("Escape");
    await page.getByText("Separate text encoder strength").click();
  },
};
const reset: Opening = {
  name: "toast with undo",
  stays: true,
  open: async (page) => {
    await page.getByRole("button", { name: "Reset to defaults" }).click();
    await waitForVisible(page.getByRole("button", { name: "Undo" }));
  },
};

const OF_PAGES: Record<string, readonly Opening[]> = {
  "/": [menu("Account"), bell, shortcuts, everywhere("Command palette"), everywhere("Queue"), navigation],
  "/generate": [
    dialog("Models as cards"),
    dialog("Prompts"),
    dialog("Presets"),
    dialog("Wildcards"),
    grid,
    list("Model"),
    list("LoRAs"),
    list("Embeddings"),
    loras,
    unfold(/^Sampling/),
    reset,
  ],
};

checkOpenedOn(browser, OF_PAGES);

it("has accessible tooltips, which name their buttons too", async () => {
  const { page } = await browser.open("/generate", DESKTOP);
  await waitForPage(page);
  for (const name of ["Keyboard shortcuts", "Reset to defaults"]) {
    await page.getByRole("button", { name, exact: true }).hover();
    await waitForVisible(page.getByRole("tooltip", { name }));
    await expectAccessible(page, `tooltip of ${name}`);
    await page.keyboard.press("Escape");
    await page.getByRole("tooltip").waitFor({ state: "detached" });
  }
});
