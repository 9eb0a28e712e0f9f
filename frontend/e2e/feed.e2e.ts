import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { BASE_URL, resultCard, slowPrompt, submitPrompt, withBrowser } from "./browser";
import { waitForVisible } from "./waiting";

const browser = withBrowser();
const SUBMISSIONS = 5;
const SIZE = 8;

/** Submit without the page, as another client does; return the prompt. */
async function submitElsewhere(page: Page, text: string): Promise<string> {
  const prompt = `${text} ${Math.random().toString(36).slice(2, 8)}`;
  const data = { prompt, batch_size: SIZE, width: 256, height: 256, params: { steps: 2 } };
  const answer = await page.request.post(`${BASE_URL}/api/v1/generation-jobs`, { data });
  expect(answer.status()).toBe(201);
  return prompt;
}

// Slow: 40 images, more than a page of jobs.
it("follows submissions of another client and keeps all of their images", async () => {
  const { page } = await browser.open("/generate");
  await waitForVisible(page.getByRole("status").filter({ hasText: "Live" }));
  const prompts: string[] = [];
  for (let number = 1; number <= SUBMISSIONS; number += 1)
    prompts.push(await submitElsewhere(page, `an owl ${number}`));
  for (const prompt of prompts) await waitForVisible(resultCard(page, prompt));
  const imagesOf = (prompt: string) => resultCard(page, prompt).getByRole("link").count();
  // The number of images never goes down.
  const most = new Map<string, number>();
  const isComplete = async () => {
    for (const prompt of prompts) {
      const count = await imagesOf(prompt);
      expect(count).toBeGreaterThanOrEqual(most.get(prompt) ?? 0);
      most.set(prompt, count);
    }
    return prompts.every((prompt) => most.get(prompt) === SIZE);
  };
  await expect.poll(isComplete, { timeout: 400_000, interval: 500 }).toBe(true);
  await page.reload();
  for (const prompt of prompts) {
    await waitForVisible(resultCard(page, prompt).getByText(/^8 of 8 done/));
    expect(await imagesOf(prompt)).toBe(SIZE);
  }
}, 600_000);

// Slow: two images are made before the others are cancelled.
it("counts cancelled images apart from finished ones", async () => {
  const { page } = await browser.open("/generate");
  await page.getByRole("textbox", { name: "Images per run", exact: true }).fill("4");
  const prompt = await submitPrompt(page, slowPrompt("a row of cranes", 10));
  const card = resultCard(page, prompt);
  await waitForVisible(card.getByRole("link"));
  await card.getByRole("button", { name: "Cancel", exact: true }).click();
  await waitForVisible(card.locator("[data-status=cancelled]"));
  await expect.poll(() => card.getByText(/^\d of 4 done, \d cancelled/).textContent()).toMatch(/done/);
  // An image may be finished after the others were cancelled.
  await expect
    .poll(async () => {
      const text = (await card.getByText(/^\d of 4 done, \d cancelled/).textContent()) ?? "";
      const done = await card.getByRole("link").count();
      return text.startsWith(`${done} of 4 done, ${4 - done} cancelled`);
    })
    .toBe(true);
  expect(await card.getByText("Done", { exact: true }).count()).toBe(0);
});
