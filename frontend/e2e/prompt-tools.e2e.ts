/** Tools of the prompt: weights, choices, wildcards, suggestions, earlier prompts, presets and styles. */
import { readFile } from "node:fs/promises";
import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible } from "./axe";
import { withBrowser } from "./browser";
import { unique } from "./opened";
import { waitForVisible, waitForWrite } from "./waiting";

const browser = withBrowser();

const prompt = (page: Page) => page.getByRole("textbox", { name: "Prompt", exact: true });
const dialog = (page: Page) => page.getByRole("dialog");
const choices = (page: Page) => page.getByRole("switch", { name: "Choices and wildcards" });

/** Wait until the field has a text: it is changed by keys, and drawn afterwards. */
const expectPrompt = (page: Page, text: string) => expect.poll(() => prompt(page).inputValue()).toBe(text);

interface Submitted {
  readonly id: number;
  readonly prompt: string;
  readonly prompt_template: string | null;
}

/** Submit the form; return the job. */
async function generate(page: Page): Promise<Submitted> {
  const answered = page.waitForResponse(
    (answer) => answer.request().method() === "POST" && /\/generation-jobs\/?$/.test(answer.url()),
  );
  await prompt(page).press("Control+Enter");
  const answer = await answered;
  expect(answer.status()).toBe(201);
  return answer.json();
}

it("weights words, completes them, draws choices and nested wildcards, and records what was drawn", async () => {
  const { page } = await browser.open("/generate");
  const [animal, nested] = [unique("animal"), unique("beast")];
  const made = await page.request.post("/api/v1/wildcards", {
    data: { name: animal, text: "red fox\nwhite owl" },
  });
  expect(made.status()).toBe(201);
  await waitForVisible(choices(page));
  await prompt(page).fill("a red fox");
  await prompt(page).press("End");
  await prompt(page).press("Control+ArrowUp");
  await expectPrompt(page, "a red (fox:1.1)");
  await waitForVisible(page.getByText("3 / 75", { exact: true }));
  await prompt(page).press("Control+ArrowDown");
  await expectPrompt(page, "a red fox");
  await prompt(page).fill("");
  await prompt(page).pressSequentially("a red fox, wtr");
  await waitForVisible(page.getByRole("group", { name: "Suggestions" }).getByText("wtrclr"));
  await prompt(page).press("Control+Space");
  await expectPrompt(page, "a red fox, wtrclr");

  await page.getByRole("button", { name: "Wildcards", exact: true }).click();
  await dialog(page).getByRole("button", { name: "New", exact: true }).click();
  await dialog(page).getByRole("textbox", { name: "Name" }).fill(nested);
  const entries = dialog(page).getByRole("textbox", { name: "Entries" });
  await entries.fill(`an old __${nested}__`);
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await dialog(page).getByRole("searchbox").fill(nested);
  const row = dialog(page)
    .getByRole("listitem")
    .filter({ hasText: `__${nested}__` });
  await waitForVisible(row.getByText("1 entry"));
  await dialog(page).getByRole("button", { name: "Close" }).click();

  await choices(page).check();
  await prompt(page).fill("a {red|blue fox");
  await waitForVisible(page.getByText("“{” at character 3 is not closed"));
  await prompt(page).fill(`{a red fox|${"a fox, ".repeat(30)}}`);
  await waitForVisible(page.getByText("3 to 90 tokens, 1 to 2 chunks", { exact: true }));
  const template = `a {red|blue} coat on __${nested}__`;
  await prompt(page).fill(template);
  await page.getByRole("button", { name: "Preview" }).click();
  await waitForVisible(dialog(page).getByText(/contains itself/));
  await dialog(page).getByRole("button", { name: "Close" }).click();

  await page.getByRole("button", { name: "Wildcards", exact: true }).click();
  await row.getByRole("button", { name: "Edit" }).click();
  await entries.fill(`an old __${animal}__`);
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await waitForVisible(dialog(page).getByRole("searchbox"));
  await dialog(page).getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Preview" }).click();
  const drawn = /^a (red|blue) coat on an old (red fox|white owl)$/;
  await expect.poll(() => dialog(page).getByText(drawn).count()).toBe(8);
  await expectAccessible(page, "what would be drawn");
  await dialog(page).getByRole("button", { name: "Close" }).click();

  const job = await generate(page);
  expect(job.prompt).toMatch(drawn);
  expect(job.prompt_template).toBe(template);
});

it("finds earlier prompts and keeps favourites, on a phone", async () => {
  const { page } = await browser.open("about:blank", { viewport: { width: 390, height: 844 } });
  const text = unique("a swan on a lake");
  const data = { prompt: text, negative_prompt: "blurry", width: 256, height: 256 };
  expect((await page.request.post("/api/v1/generation-jobs", { data })).status()).toBe(201);
  await page.goto("/generate");
  await page.getByRole("button", { name: "Prompts", exact: true }).click();
  await dialog(page).getByRole("searchbox", { name: "Search prompts" }).fill(text);
  const row = dialog(page).getByRole("listitem").filter({ hasText: text });
  await waitForVisible(row);
  await waitForWrite(page, () => row.getByRole("button", { name: "Keep as a favourite" }).click());
  await waitForVisible(row.getByRole("button", { name: "Remove from favourites", pressed: true }));
  await expectAccessible(page, "earlier prompts");
  await dialog(page).getByRole("button", { name: "Favourites", exact: true }).click();
  await row.getByRole("button", { name: text }).click();
  await dialog(page).waitFor({ state: "detached" });
  await expectPrompt(page, text);
  const negative = page.getByRole("textbox", { name: "Negative prompt" });
  expect(await negative.inputValue()).toBe("blurry");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  await page.getByRole("button", { name: "Prompts", exact: true }).click();
  await dialog(page).getByRole("button", { name: "Favourites", exact: true }).click();
  await dialog(page).getByRole("searchbox", { name: "Search prompts" }).fill(text);
  await row.getByRole("button", { name: "Remove from favourites" }).click();
  await waitForVisible(dialog(page).getByText("No prompts match"));
});

/** Set a number. Enter would submit the form. */
async function setNumber(field: Locator, value: string): Promise<void> {
  await field.fill(value);
  await field.blur();
  await expect.poll(() => field.inputValue()).toBe(value);
}

/** Make a style in the open dialog, and apply it. */
async function makeStyle(page: Page, name: string, template: string): Promise<void> {
  await dialog(page).getByRole("button", { name: "New style" }).click();
  await dialog(page).getByRole("textbox", { name: /^Name/ }).fill(name);
  await dialog(page).getByRole("textbox", { name: "Style prompt" }).fill(template);
  await dialog(page).getByRole("button", { name: "Save" }).click();
  const card = dialog(page).getByRole("button", { name: new RegExp(`^${name}`) });
  await card.click();
  await waitForVisible(card.and(dialog(page).getByRole("button", { pressed: true })));
}

it("layers styles, saves, applies and takes back a preset, exports all, and gives a style a cover", async () => {
  const [ink, dusk, preset] = [unique("Ink"), unique("Dusk"), unique("Wide")];
  const { page } = await browser.open("/generate");
  await prompt(page).fill("a fox");
  const width = page.getByRole("textbox", { name: "Width in pixels" });
  const before = await width.inputValue();
  await setNumber(width, "768");
  await page.getByRole("button", { name: "Presets", exact: true }).click();
  await makeStyle(page, ink, "{prompt}, ink drawing");
  await makeStyle(page, dusk, "at dusk, {prompt}");
  await dialog(page).getByRole("button", { name: "Presets", exact: true }).click();
  await dialog(page).getByRole("button", { name: "Save as preset" }).click();
  await dialog(page).getByRole("textbox", { name: /^Name/ }).fill(preset);
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await waitForVisible(dialog(page).getByRole("button", { name: new RegExp(`^${preset}`) }));
  await expectAccessible(page, "presets");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    dialog(page).getByRole("link", { name: "Export" }).click(),
  ]);
  const exported = await readFile(await file.path(), "utf8");
  for (const name of [ink, dusk, preset]) expect(exported).toContain(name);
  await dialog(page).getByRole("button", { name: "Close" }).click();

  const applied = page.getByRole("group", { name: "Applied" });
  await waitForVisible(applied.getByText(ink));
  await waitForVisible(applied.getByText(dusk));
  await setNumber(width, before);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Presets", exact: true }).click();
  await dialog(page).getByRole("button", { name: "Presets", exact: true }).click();
  await dialog(page).getByRole("searchbox").fill(preset);
  await dialog(page)
    .getByRole("button", { name: new RegExp(`^${preset}`) })
    .click();
  await waitForVisible(applied.getByText(`Preset: ${preset}`));
  await expect.poll(() => width.inputValue()).toBe("768");
  expect((await generate(page)).prompt).toBe("at dusk, a fox, ink drawing");
  await applied.getByRole("button", { name: `Preset: ${preset}` }).press("Delete");
  await expect.poll(() => width.inputValue()).toBe(before);

  await page.goto("/presets");
  const cards = page.getByRole("list", { name: "Presets and styles" }).getByRole("listitem");
  const cardOf = (name: string) => cards.filter({ has: page.getByRole("link", { name: `${name}: apply` }) });
  await cardOf(preset)
    .getByRole("button", { name: `Actions for ${preset}` })
    .click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await setNumber(dialog(page).getByRole("spinbutton", { name: "Width" }), "640");
  await dialog(page).getByRole("button", { name: "Remove CFG" }).click();
  await expectAccessible(page, "the values of a preset");
  const content = dialog(page).locator(".MuiDialogContent-root");
  expect(await content.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0);
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await dialog(page).waitFor({ state: "detached" });
  await waitForVisible(cardOf(preset).getByText(/640 × /));
  expect(await cardOf(preset).getByText(/CFG/).count()).toBe(0);
  const card = cardOf(ink);
  await card.getByRole("button", { name: `Actions for ${ink}` }).click();
  await page.getByRole("menuitem", { name: "Choose a cover" }).click();
  await dialog(page)
    .getByRole("button", { name: /^Choose / })
    .first()
    .click();
  await waitForVisible(card.locator("img"));
  await page.setViewportSize({ width: 1440, height: 900 });
  await card.getByRole("link", { name: `${ink}: apply` }).click();
  await waitForVisible(applied.getByText(ink));
});
